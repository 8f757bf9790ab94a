package dev.weft.fabric.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FedSessionsTest {

  private final AtomicLong now = new AtomicLong();
  private final FedSessions fed = new FedSessions(2, now::get);
  private final Feeder feeder = fed.noting(Feeder.untraced(7));

  private static SessionState opened(long epoch) {
    return SessionState.none()
        .on(new SessionEvent.Opened("acme", epoch, 0, Instant.EPOCH, FeederId.of(7)));
  }

  private List<String> names() {
    return fed.all().stream().map(FedSessions.Fed::session).toList();
  }

  @Test
  void knowsSinceWhenASessionIsFedInItsEpochAndWhenItWasAskedForLast() {
    feeder.follows("a", opened(1));
    now.set(5);
    feeder.follows("a", opened(1));
    assertEquals(List.of(new FedSessions.Fed("a", "acme", 1, 0, 5)), fed.all());

    now.set(9);
    feeder.follows("a", opened(2));
    assertEquals(List.of(new FedSessions.Fed("a", "acme", 2, 9, 9)), fed.all());
  }

  @Test
  void forgetsWhatLeftAndOfTooManyTheOneAskedForLongestAgo() {
    feeder.follows("a", opened(1));
    feeder.follows("b", opened(1));
    feeder.follows("a", opened(1));
    feeder.follows("c", opened(1));
    assertEquals(List.of("a", "c"), names());

    feeder.leaves("a");
    assertEquals(List.of("c"), names());
    assertEquals(FeederId.of(7), feeder.id());
  }
}
