package dev.weft.link.exchange;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/**
 * One life of a sender, as its receiver knows it: what arrives, what runs, what was answered. Lives
 * longer than a stream. Decides which requests are carried out. Knows neither clock nor network;
 * guarded by its own monitor, which callers hold.
 */
final class Source {

  private final String peer;
  private final Terms terms;
  private final Answered answered;
  private final Credits credits;
  private final Map<Long, Arrival> arriving = new HashMap<>();
  private final Map<Long, Asked> running = new HashMap<>();
  private final List<Turns> turns;
  private Optional<Visit> visit = Optional.empty();
  private boolean isKnown;
  private long stream;
  private long goneSinceNanos;

  /**
   * What all sources of a receiver share.
   *
   * @param kinds of requests that somebody answers
   * @param arriving bytes of requests
   * @param running requests
   * @param remembered bytes of answers
   * @param threads run what others wrote
   */
  record Terms(
      ExchangeSettings settings,
      Set<String> kinds,
      Budget arriving,
      Budget running,
      Budget remembered,
      Executor threads) {}

  private record Arrival(String kind, int lane, long deadlineNanos, Assembly payload) {}

  /** What a part led to. */
  sealed interface Step {

    /** More parts are to come, or it is of no interest. */
    record Nothing() implements Step {}

    /** The request is whole and is to be carried out. */
    record Run(Asked asked) implements Step {}

    /** It is answered like this. */
    record Refuse(Answer.Refused refused) implements Step {}
  }

  Source(String peer, Terms terms, long nowNanos) {
    this.goneSinceNanos = nowNanos;
    this.peer = peer;
    this.terms = terms;
    this.answered = new Answered(terms.settings().remembered(), terms.remembered());
    this.credits = new Credits(terms.settings().lanes());
    this.turns = Stream.generate(() -> new Turns(terms.threads())).limit(Request.LANES).toList();
  }

  /** In which requests of a lane are carried out; needs no monitor. */
  Turns turns(int lane) {
    return turns.get(lane);
  }

  /** The stream there is. */
  Optional<Visit> visit() {
    return visit;
  }

  long through() {
    return answered.through();
  }

  /**
   * A new stream takes the place of the one before, from which nothing is taken any more.
   *
   * @return the one before
   */
  Optional<Visit> enter(Visit entering, long number) {
    var before = visit;
    visit = Optional.of(entering);
    stream = number;
    return before;
  }

  /** Whether a stream of this number is newer than all before. */
  boolean isNewer(long number) {
    return number > stream;
  }

  void leave(Visit leaving, long nowNanos) {
    if (visit.equals(Optional.of(leaving))) {
      visit = Optional.empty();
      goneSinceNanos = nowNanos;
    }
  }

  /** Whether the sender was here before, so that what it sent may be remembered. */
  boolean isKnown() {
    return isKnown;
  }

  /** As {@link Answered#resume}; what nobody waits for is let go of. */
  Answered.Resumption resume(List<Long> awaited) {
    if (!isKnown) {
      isKnown = true;
      answered.skip(awaited);
    }
    var resumed = answered.resume(awaited);
    resumed.lost().forEach(this::dropArrival);
    for (var sequence : resumed.abandoned()) {
      dropArrival(sequence);
      giveUp(sequence);
    }
    return resumed;
  }

  /** The first part of a request. */
  Step begin(Header header, ByteString content, long nowNanos) {
    var sequence = header.sequence();
    if (!answered.begin(sequence)) {
      return new Step.Refuse(
          Answer.Refused.perhapsAfter(
              Reason.FORGOTTEN, "sequence %d came before".formatted(sequence)));
    }
    var refused = refusal(header);
    if (refused.isPresent()) {
      answered.complete(sequence, refused.get(), nowNanos);
      return new Step.Refuse(refused.get());
    }
    var deadline = nowNanos + header.timeLeftNanos();
    arriving.put(
        sequence,
        new Arrival(header.kind(), header.lane(), deadline, new Assembly(header.total())));
    return part(sequence, 0, content, nowNanos);
  }

  /**
   * The head of a request.
   *
   * @param total bytes of its payload
   */
  record Header(long sequence, String kind, int lane, int total, long timeLeftNanos) {}

  private Optional<Answer.Refused> refusal(Header header) {
    var most = terms.settings().payloadBytesMax();
    if (!terms.kinds().contains(header.kind())) {
      return refusal(Reason.UNKNOWN_KIND, "kind: '%s' is not answered here", header.kind());
    }
    if (header.total() < 0 || header.total() > most) {
      return refusal(Reason.TOO_LARGE, "payload: %d bytes (expected: <= %d)", header.total(), most);
    }
    if (visit.map(Visit::isLeaving).orElse(false)) {
      return refusal(Reason.CLOSED, "the receiver is about to end");
    }
    if (visit.map(Visit::isFull).orElse(false)) {
      return refusal(Reason.BUSY, "answers wait to be read (expected: read ones)");
    }
    if (!credits.take(header.lane(), header.total())) {
      return refusal(Reason.BUSY, "%s", credits.full(header.lane()));
    }
    if (!terms.arriving().take(header.total())) {
      credits.give(header.lane(), header.total());
      return refusal(Reason.BUSY, "no memory for %d bytes more", header.total());
    }
    return Optional.empty();
  }

  private static Optional<Answer.Refused> refusal(Reason reason, String detail, Object... values) {
    return Optional.of(Answer.Refused.before(reason, detail.formatted(values)));
  }

  /**
   * A further part; of nothing that arrives, it is passed over.
   *
   * @throws IllegalArgumentException if it is not the next one
   */
  Step part(long sequence, int offset, ByteString content, long nowNanos) {
    var arrival = arriving.get(sequence);
    if (arrival == null) {
      return new Step.Nothing();
    }
    arrival.payload().add(offset, content);
    if (!arrival.payload().isWhole()) {
      return new Step.Nothing();
    }
    arriving.remove(sequence);
    if (!terms.running().take(1)) {
      giveBack(arrival.lane(), arrival.payload().bytes());
      var refused = Answer.Refused.before(Reason.BUSY, "too many requests run");
      answered.complete(sequence, refused, nowNanos);
      return new Step.Refuse(refused);
    }
    answered.run(sequence);
    var asked =
        new Asked(
            peer,
            arrival.kind(),
            arrival.lane(),
            arrival.payload().payload(),
            arrival.deadlineNanos(),
            terms.threads());
    running.put(sequence, asked);
    return new Step.Run(asked);
  }

  /**
   * It was carried out.
   *
   * @return what the sender is to be told; empty if he no longer waits
   */
  Optional<Answer> complete(long sequence, Answer answer, long nowNanos) {
    var asked = running.remove(sequence);
    if (asked == null) {
      return Optional.empty();
    }
    terms.running().give(1);
    giveBack(asked.lane(), asked.payload().length);
    var told =
        asked.isGivenUp() && !hasNotRun(answer)
            ? Answer.Refused.perhapsAfter(Reason.CANCELLED, "nobody waited any more")
            : answer;
    return answered.complete(sequence, told, nowNanos) ? Optional.of(told) : Optional.empty();
  }

  private static boolean hasNotRun(Answer answer) {
    return answer instanceof Answer.Refused refused && !refused.mayHaveRun();
  }

  /**
   * Nobody waits for it any more. Its sender keeps its credit until he is told something of it, so
   * he always is.
   *
   * @return what the sender is told now; of one that runs, when it has ended
   */
  Optional<Answer.Refused> cancel(long sequence, long nowNanos) {
    if (dropArrival(sequence)) {
      var refused = Answer.Refused.before(Reason.CANCELLED, "it had not arrived whole");
      answered.complete(sequence, refused, nowNanos);
      return Optional.of(refused);
    }
    if (giveUp(sequence)) {
      return Optional.empty();
    }
    return Optional.of(Answer.Refused.perhapsAfter(Reason.CANCELLED, "it had ended"));
  }

  private boolean dropArrival(long sequence) {
    var arrival = arriving.remove(sequence);
    if (arrival != null) {
      giveBack(arrival.lane(), arrival.payload().bytes());
    }
    return arrival != null;
  }

  /** Whether it runs. */
  private boolean giveUp(long sequence) {
    var asked = running.get(sequence);
    if (asked != null) {
      asked.giveUp();
    }
    return asked != null;
  }

  private void giveBack(int lane, long bytes) {
    terms.arriving().give(bytes);
    credits.give(lane, bytes);
  }

  void settle(List<Long> sequences) {
    sequences.forEach(answered::settle);
  }

  /**
   * Lets go of what is too old, and of what runs beyond its deadline.
   *
   * @return what the sender is told, by sequence
   */
  Map<Long, Answer.Refused> expire(long nowNanos) {
    answered.expire(nowNanos);
    for (var asked : new ArrayList<>(running.values())) {
      if (nowNanos - asked.deadlineNanos() >= 0) {
        asked.giveUp();
      }
    }
    var late = Answer.Refused.before(Reason.TIMED_OUT, "it had not arrived whole");
    var told = new HashMap<Long, Answer.Refused>();
    for (var each : List.copyOf(arriving.entrySet())) {
      if (nowNanos - each.getValue().deadlineNanos() >= 0) {
        dropArrival(each.getKey());
        answered.complete(each.getKey(), late, nowNanos);
        told.put(each.getKey(), late);
      }
    }
    return told;
  }

  /** Whether the sender has been away for so long that nothing of him needs to be known. */
  boolean isGone(long nowNanos) {
    return visit.isEmpty()
        && running.isEmpty()
        && nowNanos - goneSinceNanos >= terms.settings().remembered().age().toNanos();
  }

  /** Whether the sender is away and nothing of his runs. */
  boolean isAway() {
    return visit.isEmpty() && running.isEmpty();
  }

  void forget() {
    List.copyOf(arriving.keySet()).forEach(this::dropArrival);
    answered.forgetAll();
  }
}
