import Glibc
import Synchronization

/// A few threads that wait for parts of one job.
///
/// `run` hands out the numbers of the parts and returns when all are done. Which thread takes which part is left to
/// chance, so a part may write only what is its own.
///
/// Not checked: what several threads change is atomic or changes under `lock`.
final class WorkerPool: @unchecked Sendable {
  private let lock: UnsafeMutablePointer<pthread_mutex_t>
  private let wake: UnsafeMutablePointer<pthread_cond_t>
  private let done: UnsafeMutablePointer<pthread_cond_t>
  private let nextPart = Atomic<Int>(0)
  private let generation = Atomic<Int>(0)
  private var parts = 0
  private var job: (@Sendable (Int) -> Void)?
  private var busy = 0
  private var ended = false
  private var threads: [pthread_t] = []

  /// - Parameter threads: how many threads work, the calling one among them; at least 1.
  init(threads count: Int) {
    lock = .allocate(capacity: 1)
    wake = .allocate(capacity: 1)
    done = .allocate(capacity: 1)
    pthread_mutex_init(lock, nil)
    pthread_cond_init(wake, nil)
    pthread_cond_init(done, nil)
    for _ in 1..<max(count, 1) {
      let pool = Unmanaged.passUnretained(self)
      var thread = pthread_t()
      let status = pthread_create(
        &thread, nil,
        { context in
          if let context { Unmanaged<WorkerPool>.fromOpaque(context).takeUnretainedValue().work() }
          return nil
        }, pool.toOpaque())
      // A machine that gives no more threads gets the same result from fewer.
      guard status == 0 else { break }
      threads.append(thread)
    }
  }

  deinit {
    pthread_mutex_lock(lock)
    ended = true
    pthread_cond_broadcast(wake)
    pthread_mutex_unlock(lock)
    for thread in threads { pthread_join(thread, nil) }
    pthread_mutex_destroy(lock)
    pthread_cond_destroy(wake)
    pthread_cond_destroy(done)
    lock.deallocate()
    wake.deallocate()
    done.deallocate()
  }

  /// Runs `body` for 0 ..< parts and returns when all are done.
  func run(_ parts: Int, _ body: @Sendable (Int) -> Void) {
    guard parts > 1, !threads.isEmpty else {
      for part in 0..<parts { body(part) }
      return
    }
    withoutActuallyEscaping(body) { body in
      pthread_mutex_lock(lock)
      job = body
      self.parts = parts
      nextPart.store(0, ordering: .relaxed)
      generation.add(1, ordering: .releasing)
      pthread_cond_broadcast(wake)
      pthread_mutex_unlock(lock)
      takeParts(body, parts)
      pthread_mutex_lock(lock)
      // No thread may still hold the job when it goes out of scope.
      while busy > 0 { pthread_cond_wait(done, lock) }
      job = nil
      pthread_mutex_unlock(lock)
    }
  }

  /// What `body` returns for 0 ..< parts, in their order.
  func map<Result: Sendable>(_ parts: Int, _ body: @Sendable (Int) -> Result) -> [Result] {
    // The standard library writes the count of an empty array too, which all empty arrays share.
    guard parts > 0 else { return [] }
    return [Result](unsafeUninitializedCapacity: parts) { buffer, count in
      // Not checked: each part writes a place of its own, and all are written before this ends.
      nonisolated(unsafe) let slots = buffer
      run(parts) { part in slots.initializeElement(at: part, to: body(part)) }
      count = parts
    }
  }

  private func takeParts(_ body: @Sendable (Int) -> Void, _ parts: Int) {
    while true {
      let part = nextPart.add(1, ordering: .relaxed).oldValue
      guard part < parts else { return }
      body(part)
    }
  }

  private func work() {
    var seen = 0
    pthread_mutex_lock(lock)
    while true {
      while !ended, job == nil || generation.load(ordering: .relaxed) == seen { pthread_cond_wait(wake, lock) }
      if ended { break }
      seen = generation.load(ordering: .relaxed)
      guard let body = job else { continue }
      let count = parts
      busy += 1
      pthread_mutex_unlock(lock)
      takeParts(body, count)
      pthread_mutex_lock(lock)
      busy -= 1
      if busy == 0 { pthread_cond_signal(done) }
    }
    pthread_mutex_unlock(lock)
  }
}
