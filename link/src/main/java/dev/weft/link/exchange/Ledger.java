package dev.weft.link.exchange;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one node has asked of another: what waits to be sent, what waits for an answer, and which
 * answers are to be confirmed. Decides what becomes of each when a stream breaks or a deadline
 * passes. Knows neither clock nor network; not threadsafe.
 */
final class Ledger {

  private final int answerBytesMax;
  private final Credits credits;
  private final Outgoing<Pending> outgoing;
  private final Map<Long, Pending> begun = new LinkedHashMap<>();
  private final List<Long> unconfirmed = new ArrayList<>();
  private int payloadBytesMax;
  private long lastSequence;
  private boolean isUp;
  private boolean isOffered;

  /** A request that came to its end. */
  record Ended(Pending pending, Answer answer) {}

  /**
   * @param limits until a receiver grants its own
   */
  Ledger(ExchangeSettings settings) {
    this.answerBytesMax = settings.payloadBytesMax();
    this.payloadBytesMax = settings.payloadBytesMax();
    this.credits = new Credits(settings.lanes());
    this.outgoing = new Outgoing<>(settings.partBytes(), settings.bytesPerSecond());
  }

  /** Takes a request, or says why not. */
  Optional<Answer> add(Pending pending) {
    if (pending.bytes() > payloadBytesMax) {
      return Optional.of(
          Answer.Refused.before(
              Reason.TOO_LARGE,
              "payload: %d bytes (expected: <= %d)".formatted(pending.bytes(), payloadBytesMax)));
    }
    if (!credits.take(pending.lane(), pending.bytes())) {
      return Optional.of(Answer.Refused.before(Reason.BUSY, credits.full(pending.lane())));
    }
    outgoing.add(pending);
    return Optional.empty();
  }

  /** The next part to be sent; its request has a sequence. */
  Outgoing.Next<Pending> next(long nowNanos) {
    var next = outgoing.next(nowNanos);
    if (next instanceof Outgoing.Next.Part(var pending, var offset, var _) && offset == 0) {
      lastSequence++;
      pending.sequence = lastSequence;
      begun.put(lastSequence, pending);
    }
    return next;
  }

  /**
   * A part of an answer came.
   *
   * @param total of all parts, if it is the first
   * @throws IllegalArgumentException if it fits to nothing before
   */
  Optional<Ended> part(long sequence, int total, int offset, ByteString content) {
    var pending = begun.get(sequence);
    if (pending == null) {
      return Optional.empty();
    }
    var arriving = arriving(pending, total, offset);
    arriving.add(offset, content);
    return arriving.isWhole()
        ? end(pending, new Answer.Done(arriving.payload()))
        : Optional.empty();
  }

  private Assembly arriving(Pending pending, int total, int offset) {
    var arriving = pending.arriving;
    if (offset > 0 && arriving != null) {
      return arriving;
    }
    if (total < 0 || total > answerBytesMax) {
      throw new IllegalArgumentException(
          "answer: %d bytes (expected: <= %d)".formatted(total, answerBytesMax));
    }
    var begun = new Assembly(total);
    pending.arriving = begun;
    return begun;
  }

  /** The receiver has no answer. */
  Optional<Ended> refused(long sequence, Answer.Refused refused) {
    var pending = begun.get(sequence);
    return pending == null ? Optional.empty() : end(pending, refused);
  }

  /** The receiver has said its last word of it. */
  private Optional<Ended> end(Pending pending, Answer answer) {
    if (!pending.isSent()) {
      outgoing.remove(pending);
    }
    unconfirmed.add(pending.sequence);
    forgo(pending);
    return pending.isGivenUp ? Optional.empty() : Optional.of(new Ended(pending, answer));
  }

  /**
   * Nobody waits for it any more. What the receiver has begun keeps its credit until it has said
   * what became of it.
   *
   * @return the sequence the receiver is to be told of
   */
  Optional<Long> giveUp(Pending pending) {
    if (pending.isOver || pending.isGivenUp) {
      return Optional.empty();
    }
    outgoing.remove(pending);
    if (!isOffered || !pending.isBegun()) {
      forgo(pending);
      return Optional.empty();
    }
    pending.isGivenUp = true;
    return isUp ? Optional.of(pending.sequence) : Optional.empty();
  }

  /** Those that were given up while a stream was being made: the receiver is to be told of them. */
  List<Long> givenUp() {
    return begun.values().stream()
        .filter(each -> each.isGivenUp)
        .map(each -> each.sequence)
        .toList();
  }

  /** The stream broke: nobody will hear what becomes of those that were given up. */
  void broken() {
    isUp = false;
    isOffered = false;
    for (var pending : List.copyOf(begun.values())) {
      pending.arriving = null;
      if (pending.isGivenUp) {
        forgo(pending);
      } else {
        // What is left of it is of no use on another stream.
        outgoing.remove(pending);
      }
    }
    unconfirmed.clear();
  }

  /** Sequences whose answers are waited for, as the first word of a new stream tells them. */
  List<Long> offer() {
    isOffered = true;
    return List.copyOf(begun.keySet());
  }

  /**
   * Nobody is asked for a while: whatever certainly did not arrive whole shall be asked elsewhere.
   * Only after {@link #broken}, or when nothing more is sent.
   */
  List<Ended> refuseUnsent(Reason reason, String detail) {
    var unsent = new LinkedHashSet<>(outgoing.removeAll());
    begun.values().stream().filter(each -> !each.isSent()).forEach(unsent::add);
    unsent.forEach(this::forgo);
    return unsent.stream()
        .map(each -> new Ended(each, Answer.Refused.before(reason, detail)))
        .toList();
  }

  /** Everything ends. */
  List<Ended> refuseAll(Reason reason, String detail) {
    var ended = new ArrayList<>(refuseUnsent(reason, detail));
    for (var pending : List.copyOf(begun.values())) {
      forgo(pending);
      if (!pending.isGivenUp) {
        ended.add(new Ended(pending, Answer.Refused.perhapsAfter(reason, detail)));
      }
    }
    return ended;
  }

  private void forgo(Pending pending) {
    pending.isOver = true;
    begun.remove(pending.sequence);
    credits.give(pending.lane(), pending.bytes());
  }

  /**
   * A new stream was welcomed: what did not arrive is sent again.
   *
   * @param isKnown whether the receiver remembers anything of us
   * @param through sequences above did not arrive
   * @param lost those that arrived in part
   */
  List<Ended> welcomed(boolean isKnown, long through, List<Long> lost) {
    isUp = true;
    var ended = new ArrayList<Ended>();
    for (var pending : List.copyOf(begun.values())) {
      var isUnsent = !pending.isSent();
      var hasNotArrived =
          isKnown && (pending.sequence > through || lost.contains(pending.sequence));
      if (pending.isGivenUp && (hasNotArrived || !isKnown)) {
        forgo(pending);
      } else if (hasNotArrived || !isKnown && isUnsent) {
        begun.remove(pending.sequence);
        pending.sequence = 0;
        pending.rewind();
        outgoing.add(pending);
      } else if (!isKnown) {
        forgo(pending);
        ended.add(
            new Ended(
                pending,
                Answer.Refused.perhapsAfter(
                    Reason.FORGOTTEN, "the receiver knows nothing of this sender any more")));
      }
    }
    return ended;
  }

  void grant(List<LaneLimit> lanes, int payloadMax) {
    credits.grant(lanes);
    payloadBytesMax = payloadMax;
  }

  /** Takes what is to be confirmed, if it is at least so many. */
  List<Long> confirm(int least) {
    if (unconfirmed.isEmpty() || unconfirmed.size() < least) {
      return List.of();
    }
    var confirmed = List.copyOf(unconfirmed);
    unconfirmed.clear();
    return confirmed;
  }

  /** Whether the receiver owes nothing. */
  boolean isSettled() {
    return begun.isEmpty();
  }

  /** Requests without an answer. */
  int underWay() {
    return credits.taken();
  }

  int underWay(int lane) {
    return credits.taken(lane);
  }
}
