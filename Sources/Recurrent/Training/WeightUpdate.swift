import CVectorMath

/// What one update saw.
struct WeightUpdate {
  var loss: LossSum
  /// Before clipping, of the mean loss.
  var gradientNorm: Double
  var clipped = false

  /// Clips the gradient of the summed loss and lets the weights follow that of the mean; a gradient that is no number
  /// changes nothing.
  init<S: Scalar>(
    _ loss: LossSum, _ gradient: Buffer<S>, _ store: WeightStore<S>, _ optimizer: inout Optimizer<S>,
    average: WeightAverage<S>?, clipping: Clipping, rate: Double, mode: vm_mode
  ) {
    self.loss = loss
    var scale = loss.count == 0 ? 0 : 1 / Double(loss.count)
    gradientNorm = vm_sum_of_squares(mode, gradient.count, gradient.base).squareRoot() * scale
    guard gradientNorm.isFinite, loss.sum.isFinite else { return }
    switch clipping {
    case .norm(let limit) where gradientNorm > limit:
      scale *= limit / gradientNorm
      clipped = true
    case .value(let limit):
      clipped = vm_clip(mode, gradient.count, scale, limit, gradient.base) > 0
      scale = 1
    case .none, .norm: break
    }
    optimizer.update(store.values, gradient: gradient, scale: scale, rate: rate, mode: mode)
    store.refreshCopies()
    average?.update(store.values, step: optimizer.step)
  }

  /// Says what is probably wrong when loss or gradient are no longer numbers.
  /// - Parameters:
  ///   - step: which update this was, from 1.
  ///   - lastNorm: the length of the gradient before.
  func check(epoch: Int, step: Int, lastNorm: Double, _ options: TrainingOptions) throws(RecurrentError) {
    guard !loss.sum.isFinite || !gradientNorm.isFinite else { return }
    let cause: String
    if step == 1 {
      cause = "already the first batch gives no finite loss, so the data hold numbers that are too large; scale them"
    } else if options.clipping == .none {
      cause =
        "the gradients grew too large (\(lastNorm) one step before); clip them, or lower the learning rate "
        + "\(options.learningRate)"
    } else {
      cause = "the learning rate \(options.learningRate) is probably too high; try a tenth of it"
    }
    throw .lossNotFinite(epoch: epoch, step: step, cause: cause)
  }
}

extension TrainingOptions {
  /// The learning rate of update `number` (from 0) of `total`, but for plateaus.
  func rate(of number: Int, total: Int) -> Double {
    let rise = number < warmUp ? Double(number + 1) / Double(warmUp) : 1
    return learningRate * schedule.share(step: number, of: total) * rise
  }
}
