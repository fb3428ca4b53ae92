// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// It took too long.
package struct DeadlineExceeded: Error {
    package init() {}
}

/// Gives `body` some time, and up on it when that is over.
///
/// The body's task is cancelled then, but not waited for: it may be somebody's storage that takes no notice.
///
/// - Parameters:
///   - duration: How long.
///   - time: What measures that.
///   - body: What to do.
/// - Throws: ``DeadlineExceeded``, `CancellationError` when the calling task is cancelled, and what `body` throws.
package func withDeadline<R: Sendable>(
    in duration: Duration, on time: any TimeSource, _ body: @escaping @Sendable () async throws -> R
) async throws -> R {
    let outcome = Promise<Result<R, any Error>>()
    let work = Task {
        do { outcome.keep(.success(try await body())) } catch { outcome.keep(.failure(error)) }
    }
    let alarm = Task {
        do { try await time.sleep(for: duration) } catch { return }
        outcome.keep(.failure(DeadlineExceeded()))
    }
    defer {
        work.cancel()
        alarm.cancel()
    }
    return try await withTaskCancellationHandler {
        await outcome.value()
    } onCancel: {
        outcome.keep(.failure(CancellationError()))
    }.get()
}
