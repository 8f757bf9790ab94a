package dev.weft.app.mishap;

import dev.weft.app.cluster.ClusterProbe;
import dev.weft.app.cluster.PlannedNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Where sessions were acknowledged to live, and whether they do. */
final class Places {

  private static final int TRIES = 5;

  private final ClusterProbe probe;
  private final RandomGenerator random;
  private final List<String> sessions;
  private final Map<String, String> sites = new LinkedHashMap<>();
  private final Map<String, Long> epochs = new LinkedHashMap<>();
  private final List<String> broken = new ArrayList<>();
  private int moves;

  /**
   * @param homes of the sessions, by name
   */
  Places(ClusterProbe probe, RandomGenerator random, Map<String, String> homes) {
    this.probe = probe;
    this.random = random;
    this.sessions = List.copyOf(homes.keySet());
    this.sites.putAll(homes);
  }

  List<String> sessions() {
    return sessions;
  }

  int moves() {
    return moves;
  }

  List<String> broken() {
    return List.copyOf(broken);
  }

  /**
   * Whether a frame of a session, by a node, is answered right, and the session is found. If it is
   * not where it should be, a promise is broken.
   */
  boolean isServed(PlannedNode by, String session) throws InterruptedException {
    try {
      return probe.frame(by, session).isRight() && isFound(by, session);
    } catch (IOException e) {
      return false;
    }
  }

  private boolean isFound(PlannedNode by, String session) {
    var found = probe.where(by, session).orElse(Map.of());
    if (!(found.get("site") instanceof String site)
        || !(found.get("epoch") instanceof Long epoch)) {
      return false;
    }
    if (!site.equals(sites.get(session))) {
      broken.add(
          "session %s lives at %s (expected: %s, as was acknowledged)"
              .formatted(session, found.get("node"), sites.get(session)));
    }
    var before = epochs.merge(session, epoch, Math::max);
    if (epoch < before) {
      broken.add("session %s: epoch %d came after %d".formatted(session, epoch, before));
    }
    return true;
  }

  /** Has one session go to another site, or to where it is. */
  void moveOne(PlannedNode by, List<String> to) {
    var session = sessions.get(random.nextInt(sessions.size()));
    var site = to.get(random.nextInt(to.size()));
    Map<String, Object> answer = Map.of();
    for (var tries = 0; tries < TRIES; tries++) {
      answer = probe.move(by, session, site).orElse(Map.of("refused", "no answer"));
      if (site.equals(answer.get("site"))) {
        sites.put(session, site);
        moves++;
        return;
      }
    }
    broken.add(
        "session %s: not moved to %s by %s: %s"
            .formatted(session, site, by.id(), answer.get("refused")));
  }
}
