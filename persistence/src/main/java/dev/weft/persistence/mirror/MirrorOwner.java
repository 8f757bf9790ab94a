package dev.weft.persistence.mirror;

import dev.weft.persistence.segment.MirrorException;
import dev.weft.persistence.segment.MirrorGroup;
import dev.weft.persistence.segment.MirrorPosition;
import dev.weft.persistence.segment.Pacer;
import dev.weft.persistence.segment.SegmentFeed;
import dev.weft.persistence.segment.SegmentStore;
import dev.weft.persistence.trace.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The owner of a buffer, as its standby asks it: tells what is new, and has records wait until the
 * standby has them. Whoever steps it, mostly threads of its own, reads and answers, and looks apart
 * from that whether the standby is still there: a read that hangs keeps no record waiting. Nobody
 * who records or sends waits for it.
 */
public final class MirrorOwner implements SafeStore.Guard, AutoCloseable {

  private static final long LOOK_NANOS = Duration.ofMillis(50).toNanos();

  private final SegmentFeed feed;
  private final Terms terms;
  private final MirrorSettings settings;
  private final Pacer pacer;
  private final Pacer watch;
  private final SafetyRule rule;
  private final Object telling = new Object();
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private Optional<String> standby = Optional.empty();
  private Optional<String> trouble = Optional.empty();
  private MirrorPosition position = MirrorPosition.START;
  private @Nullable Asking asking;
  private long lastNanos;
  private boolean closed;

  /** A question that is not answered yet. */
  private static final class Asking {
    private final Pull pull;
    private final CompletableFuture<Pulled> reply = new CompletableFuture<>();
    private boolean isNoted;
    private long sinceNanos;

    private Asking(Pull pull) {
      this.pull = pull;
    }
  }

  private record Waiting(Outcome.Kept kept, CompletableFuture<Outcome> reply) {}

  /**
   * Begins to answer.
   *
   * @param store stays the caller's, and tells this what it commits
   * @param pacer of what reads
   * @param watch of what reads nothing, by the same clock
   */
  public MirrorOwner(
      SegmentStore store, Terms terms, MirrorSettings settings, Pacer pacer, Pacer watch) {
    this.feed = store.feed();
    this.terms = terms;
    this.settings = settings;
    this.pacer = pacer;
    this.watch = watch;
    this.rule = new SafetyRule(settings.slowAfter(), settings.aloneAfter());
    store.onCommit(pacer::wake);
    pacer.start(this::step);
    watch.start(this::watch);
  }

  /** Who alone may mirror from now on; nobody if empty. */
  public void standby(Optional<String> name) {
    Optional<Asking> before;
    Pulled refused;
    synchronized (this) {
      if (standby.equals(name)) {
        return;
      }
      before = Optional.ofNullable(asking);
      asking = null;
      refused = notYours(standby.orElse("nobody"), name);
      standby = name;
      trouble = Optional.empty();
      position = MirrorPosition.START;
      rule.parted();
    }
    before.ifPresent(one -> one.reply.complete(refused));
    pacer.wake();
  }

  /**
   * Answers a question of {@code name}, as soon as there is something new.
   *
   * @return completes with what is next or with a refusal, on any thread
   */
  public CompletionStage<Pulled> answer(String name, Pull pull) {
    var asked = new Asking(pull);
    Optional<Asking> before;
    synchronized (this) {
      if (closed || !standby.equals(Optional.of(name))) {
        return CompletableFuture.completedFuture(notYours(name, standby));
      }
      before = Optional.ofNullable(asking);
      asking = asked;
    }
    before.ifPresent(old -> old.reply.complete(failed("it asked again")));
    pacer.wake();
    return asked.reply;
  }

  private Pulled notYours(String asking, Optional<String> expected) {
    return new Pulled.Refused(
        Pulled.Reason.NOT_YOURS,
        "standby: %s (expected: %s)".formatted(asking, expected.orElse("nobody")),
        Optional.of(terms));
  }

  private static Pulled failed(String detail) {
    return new Pulled.Refused(Pulled.Reason.FAILED, detail, Optional.empty());
  }

  @Override
  public CompletionStage<Outcome> safe(Outcome.Kept kept) {
    var reply = new CompletableFuture<Outcome>();
    synchronized (this) {
      waiting.add(new Waiting(kept, reply));
      if (waiting.size() > settings.waitingMax()) {
        rule.fellBehind();
      }
    }
    release();
    return reply;
  }

  /** Answers those that need not wait any more, in the order of their numbers. */
  private void release() {
    synchronized (telling) {
      released().forEach(one -> one.reply().complete(one.kept()));
    }
  }

  private synchronized List<Waiting> released() {
    var waits = settings.isWaiting() && !closed;
    var through = waits ? rule.safeThrough(lastNanos) : Long.MAX_VALUE;
    var released = new ArrayList<Waiting>();
    while (!waiting.isEmpty() && waiting.getFirst().kept().number() <= through) {
      released.add(waiting.removeFirst());
    }
    return released;
  }

  /**
   * Does what is due at {@code nanos}, on any steady clock; answers after how many nanoseconds it
   * wants to be called again.
   */
  private long step(long nanos) {
    try {
      look(nanos).ifPresent(one -> answer(one, latest()));
    } catch (RuntimeException e) {
      failed(e);
    }
    return LOOK_NANOS;
  }

  private synchronized long latest() {
    return lastNanos;
  }

  private long watch(long nanos) {
    try {
      var _ = look(nanos);
    } catch (RuntimeException e) {
      failed(e);
    }
    return LOOK_NANOS;
  }

  /** A bug: it is told, and the owner is alone, instead of records that wait without end. */
  private void failed(RuntimeException bug) {
    var why = "%s (expected: no failure of its own)".formatted(bug);
    Optional<Asking> asked;
    synchronized (this) {
      trouble = Optional.of(why);
      rule.fellBehind();
      asked = Optional.ofNullable(asking);
      asking = null;
    }
    release();
    asked.ifPresent(one -> one.reply.complete(failed(why)));
  }

  /** Takes note of the time and of what was asked, which is answered if it is not refused. */
  private Optional<Asking> look(long nanos) {
    Optional<Asking> asked;
    Optional<Pulled> refusal;
    synchronized (this) {
      lastNanos = Math.max(lastNanos, nanos);
      rule.durable(feed.through(), lastNanos);
      asked = Optional.ofNullable(asking);
      refusal = asked.filter(one -> !one.isNoted).flatMap(one -> note(one, lastNanos));
    }
    release();
    refusal.ifPresent(said -> tell(asked.orElseThrow(), said));
    return refusal.isPresent() ? Optional.empty() : asked;
  }

  private void tell(Asking asked, Pulled said) {
    synchronized (this) {
      asking = asking == asked ? null : asking;
    }
    asked.reply.complete(said);
  }

  /** Nothing counts that is not behind what is here; then this answers what to say. */
  private Optional<Pulled> note(Asking asked, long nanos) {
    asked.isNoted = true;
    asked.sinceNanos = nanos;
    if (!asked.pull.source().equals(Optional.of(terms.source()))) {
      return Optional.empty();
    }
    var pull = asked.pull;
    try {
      feed.requireBehind(pull.position());
    } catch (MirrorException e) {
      return Optional.of(refused(Pulled.Reason.DIFFERS, e));
    }
    rule.mirrored(pull.position().through(), nanos);
    if (pull.trouble().isPresent()) {
      rule.fellBehind();
      trouble = pull.trouble();
    } else if (!pull.position().equals(position)) {
      trouble = Optional.empty();
    }
    position = pull.position();
    return Optional.empty();
  }

  private void answer(Asking asked, long nanos) {
    Optional<Pulled> answer;
    try {
      answer = next(asked, nanos);
    } catch (MirrorException e) {
      answer = Optional.of(refused(Pulled.Reason.DIFFERS, e));
    } catch (IOException e) {
      answer = Optional.of(refused(Pulled.Reason.FAILED, e));
    }
    answer.ifPresent(said -> tell(asked, said));
  }

  private synchronized Pulled refused(Pulled.Reason reason, IOException why) {
    trouble = Optional.of(String.valueOf(why.getMessage()));
    rule.fellBehind();
    return new Pulled.Refused(reason, trouble.get(), Optional.of(terms));
  }

  private Optional<Pulled> next(Asking asked, long nanos) throws IOException {
    if (!asked.pull.source().equals(Optional.of(terms.source()))) {
      return Optional.of(
          new Pulled.Refused(
              Pulled.Reason.OTHER_SOURCE, "source: " + terms.source(), Optional.of(terms)));
    }
    var from = asked.pull.position();
    var isOver = nanos - asked.sinceNanos >= settings.holdFor().toNanos();
    if (asked.pull.trouble().isPresent()) {
      var nothing = new MirrorGroup(from, from.through(), List.of(), new TreeMap<>());
      return isOver ? Optional.of(new Pulled.Next(terms, nothing)) : Optional.empty();
    }
    var isNew = feed.through() > from.through();
    return isNew || isOver
        ? Optional.of(new Pulled.Next(terms, feed.next(from, settings.groupBytesMax())))
        : Optional.empty();
  }

  /** How it stands to its standby now. */
  public synchronized OwnerStatus status() {
    var step = rule.look(lastNanos);
    var lag = rule.lagNanos(lastNanos);
    return new OwnerStatus(
        standby,
        step != SafetyRule.Step.ALONE,
        step == SafetyRule.Step.IN_STEP,
        rule.lagNumbers(),
        feed.bytesAfter(position),
        lag == Long.MAX_VALUE ? Optional.empty() : Optional.of(Duration.ofNanos(lag)),
        waiting.size(),
        trouble);
  }

  /** Answers all that waits: from now on the owner is alone. */
  @Override
  public void close() {
    pacer.stop();
    watch.stop();
    Optional<Asking> asked;
    synchronized (this) {
      closed = true;
      asked = Optional.ofNullable(asking);
      asking = null;
    }
    release();
    asked.ifPresent(one -> one.reply.complete(failed("the owner ends")));
  }
}
