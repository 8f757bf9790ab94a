package dev.weft.fabric.session;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * The sessions whose frames come to one process, as far as they came of late. Nobody tells when a
 * session is fed elsewhere from now on; then its frames come no more. Threadsafe.
 */
public final class FedSessions {

  /**
   * A session.
   *
   * @param sinceNanos when this process began to feed it in its present epoch
   * @param askedNanos when frames of it came last, to within the time for which a place counts
   */
  public record Fed(String session, String tenant, long epoch, long sinceNanos, long askedNanos) {}

  private final int max;
  private final LongSupplier nanos;
  // The one whose frames came longest ago is first.
  private final Map<String, Fed> fed = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param max most sessions; of more, those whose frames came longest ago are not known
   * @param nanos monotonic time
   */
  public FedSessions(int max, LongSupplier nanos) {
    this.max = max;
    this.nanos = nanos;
  }

  /** The same feeder, whose sessions are known here. */
  public Feeder noting(Feeder feeder) {
    return new Feeder() {
      @Override
      public FeederId id() {
        return feeder.id();
      }

      @Override
      public void follows(String session, SessionState state) {
        FedSessions.this.follows(session, state);
        feeder.follows(session, state);
      }

      @Override
      public CompletionStage<Void> settles(String session) {
        return feeder.settles(session);
      }

      @Override
      public void leaves(String session) {
        FedSessions.this.leaves(session);
        feeder.leaves(session);
      }
    };
  }

  private synchronized void follows(String session, SessionState state) {
    var now = nanos.getAsLong();
    var before = fed.get(session);
    var since = before != null && before.epoch() == state.epoch() ? before.sinceNanos() : now;
    fed.put(session, new Fed(session, state.tenant(), state.epoch(), since, now));
    if (fed.size() > max) {
      var oldest = fed.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  private synchronized void leaves(String session) {
    fed.remove(session);
  }

  /** All that are known, the one whose frames came longest ago first. */
  public synchronized List<Fed> all() {
    return List.copyOf(fed.values());
  }
}
