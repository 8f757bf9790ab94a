package dev.weft.cluster.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.cluster.site.SiteName;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ForeignSessionsTest {

  private static final SiteName SHOP = new SiteName("shop");
  private static final SiteName REGION = new SiteName("region");

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private final ForeignSessions foreign =
      new ForeignSessions(Duration.ofSeconds(10), 2, nanos::get);

  @Test
  void knowsWhereOneWasFoundForAWhile() {
    foreign.found("region/a", SHOP);
    assertEquals(Optional.of(SHOP), foreign.site("region/a"));
    nanos.addAndGet(Duration.ofSeconds(10).toNanos());
    assertEquals(Optional.empty(), foreign.site("region/a"));
  }

  @Test
  void keepsTheLatestOfWhatWasFound() {
    foreign.found("region/a", SHOP);
    foreign.found("region/b", SHOP);
    foreign.found("region/a", REGION);
    foreign.found("region/c", REGION);

    assertEquals(Optional.empty(), foreign.site("region/b"));
    assertEquals(Optional.of(REGION), foreign.site("region/a"));
  }
}
