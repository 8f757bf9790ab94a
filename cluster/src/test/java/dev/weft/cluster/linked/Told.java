package dev.weft.cluster.linked;

import dev.weft.api.session.v1.SessionAnswer;
import dev.weft.api.session.v1.SessionSnapshot;
import dev.weft.cluster.fact.BufferFacts;
import dev.weft.cluster.fact.NodeFacts;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.manifest.NodeClass;
import dev.weft.fabric.manifest.NodeManifest.Role;
import dev.weft.fabric.session.RelayCodec;
import dev.weft.fabric.session.SessionState;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/** What nodes of tests tell of themselves over a data link. */
public final class Told {

  static final SiteName SHOP = new SiteName("shop");
  static final SiteName REGION = new SiteName("region");

  private Told() {}

  /** A node whose actors are at {@code NAME:1}, its data link at {@code NAME:2}. */
  static NodeFacts node(SiteName site, String name, long sequence) {
    return with(site, name, state(sequence, Set.of(name + ":1")));
  }

  static NodeFacts with(SiteName site, String name, NodeFacts.State state) {
    return new NodeFacts(
        name,
        site,
        site.equals(REGION) ? Role.REGION : Role.EDGE,
        NodeClass.STANDARD,
        1,
        name + ":1",
        name + ":2",
        Set.of("eu-de"),
        state);
  }

  /** Of a session that was never opened, as it goes over a data link. */
  public static SessionState session() {
    var snapshot = SessionSnapshot.newBuilder().setUnfed(true);
    return RelayCodec.state(SessionAnswer.newBuilder().setState(snapshot).build().toByteArray());
  }

  static NodeFacts.State state(long sequence, Set<String> members) {
    return state(sequence, members, Set.of("see@small"), 0.5, true);
  }

  static NodeFacts.State state(
      long sequence, Set<String> members, Set<String> variants, double load, boolean isReady) {
    return new NodeFacts.State(
        sequence,
        Set.of("look"),
        variants,
        load,
        OptionalDouble.of(0.1),
        1,
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalLong.empty(),
        Map.of("look", 5L),
        isReady,
        BufferFacts.NONE,
        false,
        Map.of(),
        members);
  }
}
