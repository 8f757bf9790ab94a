package dev.weft.cluster.session;

import dev.weft.cluster.site.SiteName;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * At which site sessions of other homes were found of late, so that not each request looks for them
 * anew. What it says may be out of date: whoever is asked there knows better. Threadsafe.
 */
final class ForeignSessions {

  private record Found(SiteName site, long at) {}

  private final long validNanos;
  private final int max;
  private final LongSupplier nanos;
  private final Map<String, Found> found = new LinkedHashMap<>();

  /**
   * @param validFor time after which one is to be looked for again
   * @param max most sessions known at once; the one found longest ago gives way
   */
  ForeignSessions(Duration validFor, int max, LongSupplier nanos) {
    this.validNanos = validFor.toNanos();
    this.max = max;
    this.nanos = nanos;
  }

  synchronized void found(String session, SiteName site) {
    found.remove(session);
    if (found.size() >= max) {
      var oldest = found.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
    found.put(session, new Found(site, nanos.getAsLong()));
  }

  synchronized Optional<SiteName> site(String session) {
    var known = found.get(session);
    if (known != null && nanos.getAsLong() - known.at() >= validNanos) {
      found.remove(session);
      return Optional.empty();
    }
    return Optional.ofNullable(known).map(Found::site);
  }
}
