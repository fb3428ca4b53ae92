// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// A thread, and what came of it.
final class Worker<Outcome: Sendable>: Sendable {
    private let outcome = Mutex<Outcome?>(nil)
    private let hasFinished = DispatchSemaphore(value: 0)

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - processor: The processor it is bound to, where the system lets it.
    ///   - isPatient: Whether it has to stand back behind other threads of the processor.
    ///   - body: What it does.
    init(on processor: Int, isPatient: Bool = false, _ body: @escaping @Sendable () -> Outcome) {
        Thread.detachNewThread { [self] in
            WorkerPlace.bind(to: processor)
            if isPatient { WorkerPlace.standBack() }
            let result = body()
            outcome.withLock { $0 = result }
            hasFinished.signal()
        }
    }

    /// Waits for the thread's end.
    func finish() -> Outcome? {
        hasFinished.wait()
        return outcome.withLock { $0 }
    }
}

/// Where and how eagerly the current thread runs.
private enum WorkerPlace {
    /// Binds the current thread to a processor, so that two never share one; without effect where that isn't possible.
    static func bind(to processor: Int) {
        #if os(Linux)
            // Foundation doesn't show what glibc has only for _GNU_SOURCE.
            typealias SetAffinity = @convention(c) (pid_t, Int, UnsafePointer<UInt8>) -> CInt
            guard let symbol = dlsym(nil, "sched_setaffinity") else { return }
            var processors = [UInt8](repeating: 0, count: 128)
            let number = processor % max(ProcessInfo.processInfo.processorCount, 1)
            processors[number / 8 % processors.count] = 1 << UInt8(number % 8)
            _ = unsafeBitCast(symbol, to: SetAffinity.self)(0, processors.count, processors)
        #endif
    }

    /// Lowers the current thread's priority.
    static func standBack() {
        #if os(Linux)
            // 0 is the current thread here, not the process as on other systems.
            _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
        #else
            Thread.current.qualityOfService = .background
        #endif
    }
}
