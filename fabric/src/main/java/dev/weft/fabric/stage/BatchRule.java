package dev.weft.fabric.stage;

import dev.weft.fabric.manifest.Batching;
import dev.weft.fabric.profile.ServiceProfile;
import dev.weft.stages.tensor.Tensor;
import java.util.List;

/**
 * Decides which waiting runs may join a run that is about to start: as many as are there, bounded
 * by number, by bytes and by the tightest deadline among them; of one tenant and one privacy class
 * unless the manifest allows a mix; with the same shape but for the rows.
 */
final class BatchRule {

  /** What must be known of one that asks. */
  record Candidate(
      String tenant, String privacy, long bytes, long deadlineNanos, List<Tensor> inputs) {}

  private final Batching limits;
  private final ServiceProfile profile;
  private final long nowNanos;
  private final Candidate first;
  private long bytes;
  private long tightestNanos;
  private int size = 1;

  BatchRule(Batching limits, ServiceProfile profile, long nowNanos, Candidate first) {
    this.limits = limits;
    this.profile = profile;
    this.nowNanos = nowNanos;
    this.first = first;
    this.bytes = first.bytes();
    this.tightestNanos = first.deadlineNanos();
  }

  boolean isFull() {
    return size >= limits.maxBatchSize();
  }

  /** Whether {@code next} may join; if so it counts as joined. */
  boolean joins(Candidate next) {
    var tightest = Math.min(tightestNanos - nowNanos, next.deadlineNanos() - nowNanos);
    if (isFull()
        || next.bytes() > limits.maxBytes() - bytes
        || !limits.mixTenants() && !next.tenant().equals(first.tenant())
        || !limits.mixPrivacy() && !next.privacy().equals(first.privacy())
        || profile.runP95Nanos(size + 1) > tightest
        || !haveSameRows(first.inputs(), next.inputs())) {
      return false;
    }
    size++;
    bytes += next.bytes();
    tightestNanos = nowNanos + tightest;
    return true;
  }

  /** Whether both can be put below each other, with as many rows of each input as of any other. */
  private static boolean haveSameRows(List<Tensor> a, List<Tensor> b) {
    for (var i = 0; i < a.size(); i++) {
      var one = a.get(i).shape();
      var other = b.get(i).shape();
      if (one.rank() != other.rank()
          || one.dim(0) != a.getFirst().shape().dim(0)
          || other.dim(0) != b.getFirst().shape().dim(0)) {
        return false;
      }
      for (var axis = 1; axis < one.rank(); axis++) {
        if (one.dim(axis) != other.dim(axis)) {
          return false;
        }
      }
    }
    return true;
  }
}
