package dev.weft.link.exchange;

import com.google.protobuf.ByteString;
import dev.weft.persistence.outbox.TokenBucket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Payloads that wait to be sent, part by part: the most urgent lane first, those of a lane in
 * turns, none faster than the cap. So a large one keeps a more urgent one, or a small one beside
 * it, waiting for a part only. Knows no clock; not threadsafe.
 *
 * @param <P> the parcels
 */
final class Outgoing<P extends Parcel> {

  /** What a part costs beside its content, about. */
  private static final int FRAMING_BYTES = 64;

  private final int partBytesMax;
  private final TokenBucket cap;
  private final List<Deque<P>> lanes = new ArrayList<>();

  /** What to do next. */
  sealed interface Next<P> {

    /** Sends this part. */
    record Part<P>(P parcel, int offset, ByteString content) implements Next<P> {}

    /** Waits for so long. */
    record Wait<P>(long nanos) implements Next<P> {}

    /** There is nothing. */
    record Nothing<P>() implements Next<P> {}
  }

  /**
   * @param bytesPerSecond 0 for no cap
   */
  Outgoing(int partBytesMax, long bytesPerSecond) {
    this.partBytesMax = partBytesMax;
    this.cap = new TokenBucket(bytesPerSecond);
    for (var lane = 0; lane < Request.LANES; lane++) {
      lanes.add(new ArrayDeque<>());
    }
  }

  void add(P parcel) {
    lanes.get(parcel.lane()).addLast(parcel);
  }

  /** Takes out what was not sent to its end. */
  void remove(P parcel) {
    lanes.get(parcel.lane()).remove(parcel);
  }

  /** Takes out everything, the most urgent first. */
  List<P> removeAll() {
    var removed = new ArrayList<P>();
    for (var lane : lanes) {
      removed.addAll(lane);
      lane.clear();
    }
    return removed;
  }

  /** Bytes that were not sent yet. */
  long bytes() {
    return lanes.stream()
        .flatMap(Deque::stream)
        .mapToLong(each -> each.bytes() - each.sent())
        .sum();
  }

  int waiting() {
    return lanes.stream().mapToInt(Deque::size).sum();
  }

  Next<P> next(long nowNanos) {
    for (var lane : lanes) {
      var parcel = lane.peekFirst();
      if (parcel != null) {
        return next(lane, parcel, nowNanos);
      }
    }
    return new Next.Nothing<>();
  }

  private Next<P> next(Deque<P> lane, P parcel, long nowNanos) {
    var offset = parcel.sent();
    var length = Math.min(partBytesMax, parcel.bytes() - offset);
    var wait = cap.waitNanos(length + FRAMING_BYTES, nowNanos);
    if (wait > 0) {
      return new Next.Wait<>(wait);
    }
    cap.take(length + FRAMING_BYTES, nowNanos);
    var content = parcel.next(length);
    lane.removeFirst();
    if (!parcel.isSent()) {
      lane.addLast(parcel);
    }
    return new Next.Part<>(parcel, offset, content);
  }
}
