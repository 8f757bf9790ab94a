package dev.weft.cluster.frame;

import dev.weft.fabric.problem.Cause;
import dev.weft.fabric.session.SessionException;
import dev.weft.fabric.session.SessionRefusal;
import dev.weft.fabric.session.SessionState;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where sessions' frames run, as it was of late; asks the session when that is too long ago.
 * Several that ask for one session at once cause one question. Threadsafe; no method blocks.
 */
final class Places {

  /**
   * Longer than a site takes to go on without a node; who asks for a place does not wait so long.
   */
  private static final long ASKING_NANOS = TimeUnit.SECONDS.toNanos(15);

  private static final CompletableFuture<Place> OVERDUE =
      CompletableFuture.completedFuture(new Place.Unknown("the session owes an answer"));

  /**
   * What was asked of one session.
   *
   * @param at when it was answered; before that, when it was asked
   */
  private record Known(CompletableFuture<Place> place, long at) {}

  private final BiFunction<String, String, CompletableFuture<SessionState>> claim;
  private final long validNanos;
  private final int max;
  private final LongSupplier nanos;
  private final Executor later;
  // The one asked for longest ago comes first.
  private final Map<String, Known> known = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param claim has the entity of a session, for a tenant, take its frames over if need be, and
   *     say who has them
   * @param validFor how long an answer counts
   * @param max most sessions known at once
   * @param nanos monotonic time
   * @param later runs what is due in {@code validFor}
   */
  Places(
      BiFunction<String, String, CompletableFuture<SessionState>> claim,
      Duration validFor,
      int max,
      LongSupplier nanos,
      Executor later) {
    this.claim = claim;
    this.validNanos = validFor.toNanos();
    this.max = max;
    this.nanos = nanos;
    this.later = later;
  }

  /**
   * Never completes exceptionally. A session that owes an answer for longer than an answer would
   * count is not waited for by more frames: there is a fault, and they have somewhere to run.
   *
   * @param tenant whose it is, if it is new
   */
  CompletableFuture<Place> of(String session, String tenant) {
    var now = nanos.getAsLong();
    var asked = new CompletableFuture<Place>();
    synchronized (known) {
      var before = known.get(session);
      if (before != null && now - before.at() < validNanos) {
        return before.place();
      }
      if (before != null && !before.place().isDone()) {
        return OVERDUE;
      }
      known.put(session, new Known(asked, now));
      if (known.size() > max) {
        var oldest = known.keySet().iterator();
        oldest.next();
        oldest.remove();
      }
    }
    ask(session, tenant, asked, now);
    return asked;
  }

  /**
   * A question or its answer may get lost with a node, so it is asked again until one is there; the
   * first one counts.
   */
  private void ask(String session, String tenant, CompletableFuture<Place> asked, long begun) {
    claim
        .apply(session, tenant)
        .whenComplete(
            (state, problem) -> {
              if (!asked.isDone()) {
                answered(session, asked);
                asked.complete(place(state, problem));
              }
            });
    if (!asked.isDone() && nanos.getAsLong() - begun < ASKING_NANOS) {
      later.execute(
          () -> {
            if (!asked.isDone()) {
              ask(session, tenant, asked, begun);
            }
          });
    }
  }

  /** It counts from now on, unless it was forgotten meanwhile. */
  private void answered(String session, CompletableFuture<Place> asked) {
    synchronized (known) {
      var entry = known.get(session);
      if (entry != null && entry.place() == asked) {
        known.put(session, new Known(asked, nanos.getAsLong()));
      }
    }
  }

  /** Where a session's frames ran when it was told last, however long ago; asks nobody. */
  Optional<Place> last(String session) {
    synchronized (known) {
      return Optional.ofNullable(known.get(session))
          .map(Known::place)
          .filter(CompletableFuture::isDone)
          .map(CompletableFuture::join);
    }
  }

  /**
   * A place, or that it cannot be told if the session has not answered within {@code patience}.
   * Whoever cancels this has the question go on, which others may have asked too.
   */
  static CompletableFuture<Place> within(CompletableFuture<Place> place, Duration patience) {
    return place.isDone()
        ? place.copy()
        : place
            .copy()
            .completeOnTimeout(
                new Place.Unknown("the session has not answered within " + patience),
                Math.max(0, patience.toNanos()),
                TimeUnit.NANOSECONDS);
  }

  /** Has the session be asked again, as what is known of it was wrong. */
  void forget(String session) {
    synchronized (known) {
      known.remove(session);
    }
  }

  private static Place place(@Nullable SessionState state, @Nullable Throwable problem) {
    if (state != null) {
      return new Place.At(state.feeder().node(), state.feeder().process(), state.tenant());
    }
    var cause = problem == null ? null : Cause.of(problem);
    return Optional.ofNullable(cause)
        .filter(SessionException.class::isInstance)
        .map(SessionException.class::cast)
        .filter(
            refused ->
                refused.refusal() == SessionRefusal.NOT_OPEN
                    || refused.refusal() == SessionRefusal.CLOSED
                    || refused.refusal() == SessionRefusal.INVALID)
        .<Place>map(refused -> new Place.Anywhere(refused.refusal() == SessionRefusal.CLOSED))
        .orElseGet(() -> new Place.Unknown(String.valueOf(cause)));
  }
}
