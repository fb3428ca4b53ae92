// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

@testable import Gatehouse
import Testing

@Suite("Where a client's requests go")
struct DestinationsTests {
    private func destinations(_ change: (inout ClientOptions) -> Void) -> Destinations {
        var options = ClientOptions()
        options.idLists = IDListOptions()
        change(&options)
        return Destinations(options)
    }

    @Test(
        "Events and ID lists are those of the server of the documents, behind the same path",
        arguments: [
            (NetworkOptions.defaultSpecsURL, EventOptions.defaultCollectorURL, IDListOptions.defaultManifestURL),
            ("http://a.example/v2/download_config_specs", "http://a.example/v1/log_event", nil),
            ("https://a.example:8/proxy/x/v2/download_config_specs", "https://a.example:8/proxy/x/v1/log_event", nil),
            ("https://a.example/proxy/v1/download_config_specs", "https://a.example/proxy/v1/log_event", nil),
            ("https://a.example/proxy/v2/download_config_specs/", "https://a.example/proxy/v1/log_event", nil),
            ("http://[::1]:80/v2/download_config_specs", "http://[::1]:80/v1/log_event", nil),
            ("http://a.example", "http://a.example/v1/log_event", nil),
            ("http://a.example/", "http://a.example/v1/log_event", nil),
            ("https://a.example:8/v1", "https://a.example:8/v1/log_event", nil),
            ("https://a.example/proxy/v2/", "https://a.example/proxy/v1/log_event", nil),
            (
                "https://api.statsigcdn.com", EventOptions.defaultCollectorURL, IDListOptions.defaultManifestURL
            ),
            ("http://a.example/elsewhere?x=/y", "http://a.example/v1/log_event", nil),
        ] as [(String, String, String?)])
    func siblings(specsURL: String, collector: String, manifest: String?) {
        let destinations = destinations { $0.network?.specsURL = specsURL }
        #expect(destinations.collectorURL == collector)
        #expect(destinations.manifestURL == manifest ?? collector.replacing("/log_event", with: "/get_id_lists"))
        #expect(destinations.events == collector)
    }

    @Test(
        "The URL of documents may leave out its path, or the end of it",
        arguments: [
            ("http://a.example:8000", "http://a.example:8000/v2/download_config_specs"),
            ("http://a.example:8000/", "http://a.example:8000/v2/download_config_specs"),
            ("http://a.example:8000/v1", "http://a.example:8000/v1/download_config_specs"),
            ("http://a.example:8000/v2//", "http://a.example:8000/v2/download_config_specs"),
            ("https://a.example/proxy/v2", "https://a.example/proxy/v2/download_config_specs"),
            ("http://[::1]:80", "http://[::1]:80/v2/download_config_specs"),
            ("http://user:pw@a.example", "http://user:pw@a.example/v2/download_config_specs"),
            ("http://a.example/v1/download_config_specs", "http://a.example/v1/download_config_specs"),
            ("http://a.example/specs", "http://a.example/specs"), ("http://a.example/mv1", "http://a.example/mv1"),
            ("http://a.example?x=1", "http://a.example?x=1"), ("http://", "http://"), ("a.example", "a.example"),
            ("", ""),
        ])
    func completed(specsURL: String, documents: String) {
        let options = NetworkOptions(specsURL: specsURL, fallbackSpecsURL: specsURL)
        #expect(options.documentURLs.first == documents)
        #expect(options.documentURLs.fallback == documents)
        #expect(destinations { $0.network?.specsURL = specsURL }.documents == documents)
    }

    @Test("With a file, with bytes and without a network nothing goes anywhere that isn't named")
    func offline() {
        let changes: [(inout ClientOptions) -> Void] = [
            { $0.file = "/tmp/a.json" }, { $0.network = nil },
            {
                $0.network = nil
                $0.bootstrap = [1]
            },
            {
                $0.file = "/tmp/a.json"
                $0.network?.specsURL = "http://127.0.0.1:1/v2/download_config_specs"
            },
        ]
        for change in changes {
            #expect(!destinations(change).usesHTTP && destinations(change).events == nil)
            let named = destinations {
                change(&$0)
                $0.events?.collectorURL = "https://c.example/v1/log_event"
                $0.idLists?.manifestURL = "https://l.example/lists"
            }
            #expect(named.collectorURL == "https://c.example/v1/log_event")
            #expect(named.manifestURL == "https://l.example/lists")
            let written = destinations {
                change(&$0)
                $0.events?.sink = LineEventSink()
            }
            #expect(written.collectorURL == nil && written.events == "LineEventSink")
        }
    }

    @Test("What the options switch off isn't there")
    func none() {
        #expect(destinations { $0.events = nil }.events == nil)
        #expect(destinations { $0.idLists = nil }.manifestURL == nil)
        let sink = destinations { $0.events?.sink = LineEventSink() }
        #expect(sink.collectorURL == nil && sink.events == "LineEventSink")
    }

    @Test(
        "A URL is shown without credentials and query",
        arguments: [
            ("https://a.example/v1?token=x", "https://a.example/v1"),
            ("https://u:p@a.example/v1", "https://a.example/v1"),
            ("https://u:p@ss@a.example/@b#c", "https://a.example/@b"), ("http://a.example", "http://a.example"),
            ("/tmp/specs.json", "/tmp/specs.json"), ("", ""),
        ])
    func shown(url: String, expected: String) {
        #expect(Destinations.shown(url) == expected)
    }
}
