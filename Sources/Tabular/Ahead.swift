import Glibc

/// What a thread of its own makes one after another, a few ahead of whoever takes them; a machine that gives no thread has
/// it made when it is asked for. Whoever begins it calls ``stop()``.
///
/// Not checked: what both threads change, they change under `lock`.
final class Ahead<Value: Sendable>: @unchecked Sendable {
  private let make: @Sendable () -> Value?
  private let lock: UnsafeMutablePointer<pthread_mutex_t>
  private let change: UnsafeMutablePointer<pthread_cond_t>
  private var made: [Value] = []
  private var isStopped = false
  private var isThrough = false
  private var thread: pthread_t?
  // So many wait to be taken.
  private static var most: Int { 2 }

  /// - Parameter make: makes the next; nil after the last. One thread at a time calls it.
  init(_ make: @escaping @Sendable () -> Value?) {
    self.make = make
    lock = .allocate(capacity: 1)
    change = .allocate(capacity: 1)
    pthread_mutex_init(lock, nil)
    pthread_cond_init(change, nil)
    var thread = pthread_t()
    let work = Unmanaged.passRetained(Work { self.work() })
    let status = pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body() }
        return nil
      }, work.toOpaque())
    if status == 0 { self.thread = thread } else { work.release() }
  }

  deinit {
    pthread_mutex_destroy(lock)
    pthread_cond_destroy(change)
    lock.deallocate()
    change.deallocate()
  }

  /// The next; nil after the last.
  func next() -> Value? {
    if thread == nil { return make() }
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    while made.isEmpty, !isThrough { pthread_cond_wait(change, lock) }
    pthread_cond_signal(change)
    return made.isEmpty ? nil : made.removeFirst()
  }

  /// Ends the thread; nothing may be taken after that.
  func stop() {
    guard let thread else { return }
    pthread_mutex_lock(lock)
    isStopped = true
    pthread_cond_signal(change)
    pthread_mutex_unlock(lock)
    pthread_join(thread, nil)
    self.thread = nil
  }

  private func work() {
    var value = make()
    pthread_mutex_lock(lock)
    while let next = value.take() {
      while made.count >= Ahead.most, !isStopped { pthread_cond_wait(change, lock) }
      if isStopped { break }
      made.append(next)
      pthread_cond_signal(change)
      pthread_mutex_unlock(lock)
      value = make()
      pthread_mutex_lock(lock)
    }
    isThrough = true
    pthread_cond_signal(change)
    pthread_mutex_unlock(lock)
  }
}

/// What a thread does.
private final class Work: Sendable {
  let body: @Sendable () -> Void

  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}
