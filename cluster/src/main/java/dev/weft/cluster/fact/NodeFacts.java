package dev.weft.cluster.fact;

import dev.weft.cluster.site.NodeId;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.manifest.NodeClass;
import dev.weft.fabric.manifest.NodeManifest;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a node told of itself.
 *
 * @param name of the node, one of its kind in its site
 * @param process number of its process among those that had the site's journal
 * @param address of its actor system, {@code host:port}
 * @param link where it takes frames, {@code host:port}; empty if it takes none
 * @param zones it stands in, such as {@code eu-de}
 * @param state how it is now
 */
public record NodeFacts(
    String name,
    SiteName site,
    NodeManifest.Role role,
    NodeClass nodeClass,
    long process,
    String address,
    String link,
    Set<String> zones,
    State state) {

  public NodeFacts {
    zones = java.util.Collections.unmodifiableSet(new TreeSet<>(zones));
  }

  /**
   * How a node is.
   *
   * @param sequence of what it tells in one process; later is higher
   * @param pipelines deployed
   * @param variants loaded, as {@code stage@variant}
   * @param load frames inside, of those it can run at once; 1 is all its loops at work
   * @param cpu share of its processors in use, 0 to 1; empty where the machine does not tell it
   * @param memoryFree bytes of off-heap memory for tensors that are free
   * @param celsius of the hottest place that is measured
   * @param watts taken now
   * @param price of one processor second, in millionths
   * @param forecasts nanoseconds until an answer to a frame that would come now, waiting included,
   *     by pipeline; those of which that is known
   * @param isReady whether it takes frames
   * @param buffer its edge buffer, and those of others
   * @param isDraining whether it says that the sessions of its site are to go, and none to come
   * @param arrivals frames in a second that come to it first, by shard of its site's sessions; of
   *     those where that is worth telling
   * @param linkedMembers addresses of the actor systems of all members of its site, where it is
   *     reached over the data link only; empty where it is of the same cluster
   */
  public record State(
      long sequence,
      Set<String> pipelines,
      Set<String> variants,
      double load,
      OptionalDouble cpu,
      long memoryFree,
      OptionalDouble celsius,
      OptionalDouble watts,
      OptionalLong price,
      Map<String, Long> forecasts,
      boolean isReady,
      BufferFacts buffer,
      boolean isDraining,
      Map<Integer, Double> arrivals,
      Set<String> linkedMembers) {

    public State {
      pipelines = java.util.Collections.unmodifiableSet(new TreeSet<>(pipelines));
      forecasts = Map.copyOf(forecasts);
      arrivals = Map.copyOf(arrivals);
      variants = java.util.Collections.unmodifiableSet(new TreeSet<>(variants));
      linkedMembers = java.util.Collections.unmodifiableSet(new TreeSet<>(linkedMembers));
    }

    /** Of a node without an edge buffer, of the same cluster, whose site is not drained. */
    public State(
        long sequence,
        Set<String> pipelines,
        Set<String> variants,
        double load,
        OptionalDouble cpu,
        long memoryFree,
        OptionalDouble celsius,
        OptionalDouble watts,
        OptionalLong price,
        Map<String, Long> forecasts,
        boolean isReady) {
      this(
          sequence,
          pipelines,
          variants,
          load,
          cpu,
          memoryFree,
          celsius,
          watts,
          price,
          forecasts,
          isReady,
          BufferFacts.NONE,
          false,
          Map.of(),
          Set.of());
    }

    /** The same with an edge buffer. */
    public State with(BufferFacts kept) {
      return of(sequence, kept, isDraining, arrivals, linkedMembers);
    }

    /** The same, saying whether its site is being drained. */
    public State draining(boolean isSo) {
      return of(sequence, buffer, isSo, arrivals, linkedMembers);
    }

    /** The same with what comes to it. */
    public State arriving(Map<Integer, Double> rates) {
      return of(sequence, buffer, isDraining, rates, linkedMembers);
    }

    /** Of a node that runs nothing. */
    public static State idle() {
      return new State(
          0,
          Set.of(),
          Set.of(),
          0,
          OptionalDouble.empty(),
          0,
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalLong.empty(),
          Map.of(),
          true);
    }

    State numbered(long other) {
      return of(other, buffer, isDraining, arrivals, linkedMembers);
    }

    private State of(
        long number,
        BufferFacts kept,
        boolean drains,
        Map<Integer, Double> rates,
        Set<String> members) {
      return new State(
          number,
          pipelines,
          variants,
          load,
          cpu,
          memoryFree,
          celsius,
          watts,
          price,
          forecasts,
          isReady,
          kept,
          drains,
          rates,
          members);
    }
  }

  /** The same node as it is now. */
  public NodeFacts with(State now) {
    return new NodeFacts(name, site, role, nodeClass, process, address, link, zones, now);
  }

  /**
   * The same node, reached over the data link only; without what is its own cluster's alone: its
   * edge buffer, and what comes to it.
   *
   * @param members addresses of the actor systems of its site's members
   */
  public NodeFacts linked(Set<String> members) {
    return with(
        state.of(state.sequence(), BufferFacts.NONE, state.isDraining(), Map.of(), members));
  }

  /**
   * The same node as members of a site are told of it: what comes to it by shard is for its own
   * site alone, which places its shards by that.
   *
   * @param dataCenter name of their site
   */
  NodeFacts toldAt(String dataCenter) {
    return site.text().equals(dataCenter) || state.arrivals().isEmpty()
        ? this
        : with(state.arriving(Map.of()));
  }

  /** Whether it is of another cluster, and reached over the data link only. */
  public boolean isLinked() {
    return !state.linkedMembers().isEmpty();
  }

  /**
   * Whether it is of a linked edge site. Such a node is not trusted: what it tells of itself must
   * not draw to it what others could have done.
   */
  public boolean isLinkedEdge() {
    return isLinked() && role == NodeManifest.Role.EDGE;
  }

  /**
   * What it is called where one looks whether it is still there: the address of its actor system,
   * which only members of its own cluster know; of others its id, as two may have one address.
   */
  public String memberKey() {
    return isLinked() ? id().toString() : address;
  }

  /** Of which node of which site. */
  public NodeId id() {
    return new NodeId(site, name);
  }
}
