package dev.weft.app.serving;

import dev.weft.cluster.fact.BufferFacts;
import dev.weft.cluster.node.ClusterNode;
import dev.weft.cluster.node.ClusterStatus;
import dev.weft.cluster.node.StatusDesk;
import dev.weft.gateway.metrics.Figures;
import dev.weft.gateway.observatory.ClusterDesk;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** A node's cluster as operators see it: by the dashboard, and by figures. Threadsafe. */
public final class ServedCluster implements ClusterDesk, Figures {

  private static final String HERE = "site";
  private static final String ELSEWHERE = "elsewhere";

  private final Supplier<ClusterStatus> status;

  public ServedCluster(ClusterNode node) {
    this(node::status);
  }

  ServedCluster(Supplier<ClusterStatus> status) {
    this.status = status;
  }

  @Override
  public Map<String, Object> cluster() {
    var object = StatusDesk.object(status.get());
    object.remove("moves"); // It names sessions of all tenants.
    return object;
  }

  /** Of sites there may be thousands: members are told by whether they are of this one. */
  @Override
  public void register(PrometheusRegistry registry) {
    GaugeWithCallback.builder()
        .name("weft_cluster_members")
        .help("Members of the cluster, by where they are, their status and whether one is reached.")
        .labelNames("place", "status", "reached")
        .callback(this::members)
        .register(registry);
    GaugeWithCallback.builder()
        .name("weft_cluster_nodes_heard")
        .help("Nodes of which something was heard of late, by where they are.")
        .labelNames("place")
        .callback(this::heard)
        .register(registry);
    CounterWithCallback.builder()
        .name("weft_cluster_frames_total")
        .help("Frames by the way they went between nodes.")
        .labelNames("way")
        .callback(this::frames)
        .register(registry);
    CounterWithCallback.builder()
        .name("weft_cluster_moves_total")
        .help("Sessions that this node brought to another site, or home, by the reason.")
        .labelNames("reason")
        .callback(
            told ->
                status
                    .get()
                    .moves()
                    .moved()
                    .forEach((reason, count) -> told.call(count, reason.word())))
        .register(registry);
    CounterWithCallback.builder()
        .name("weft_cluster_moves_failed_total")
        .help("Tries to bring a session to another site that failed.")
        .callback(told -> told.call(status.get().moves().failed()))
        .register(registry);
    standby(registry);
  }

  private void members(GaugeWithCallback.Callback told) {
    var seen = status.get();
    var counts = new TreeMap<String, Integer>();
    for (var member : seen.members()) {
      var key =
          "%s %s %s"
              .formatted(
                  place(seen, member.site()),
                  member.status().toLowerCase(Locale.ROOT),
                  member.isReached() ? "yes" : "no");
      counts.merge(key, 1, Integer::sum);
    }
    counts.forEach((key, count) -> told.call(count, key.split(" ")));
  }

  private void heard(GaugeWithCallback.Callback told) {
    var seen = status.get();
    var here =
        seen.nodes().stream().filter(node -> node.site().equals(seen.seenBy().site())).count();
    told.call(here, HERE);
    told.call(seen.nodes().size() - here, ELSEWHERE);
  }

  private static String place(ClusterStatus seen, String site) {
    return site.equals(seen.seenBy().site().text()) ? HERE : ELSEWHERE;
  }

  private void frames(CounterWithCallback.Callback told) {
    var counts = status.get().frames();
    told.call(counts.here(), "here");
    told.call(counts.away(), "away");
    told.call(counts.unreached(), "unreached");
    told.call(counts.lost(), "lost");
    told.call(counts.kept(), "kept");
    told.call(counts.refused(), "refused");
    told.call(counts.taken(), "taken");
    told.call(counts.cached(), "cached");
  }

  private void standby(PrometheusRegistry registry) {
    owner(
        registry,
        "weft_standby_in_step",
        "1 while records count as kept only when the standby has them, too; 0 while the node is"
            + " alone with its records.",
        buffer -> Optional.of(buffer.isInStep() ? 1.0 : 0.0));
    owner(
        registry,
        "weft_standby_lag_seconds",
        "Age of the oldest record that the standby lacks.",
        buffer -> buffer.lag().map(ServedCluster::seconds));
    owner(
        registry,
        "weft_standby_lag_bytes",
        "Bytes of records that the standby lacks.",
        buffer -> buffer.isHeard() ? Optional.of((double) buffer.lagBytes()) : Optional.empty());
    mirror(
        registry,
        "weft_standby_mirrored_bytes",
        "Bytes of other nodes' records that are mirrored here.",
        mirrored -> mirrored.bytes());
    mirror(
        registry,
        "weft_standby_taking_over",
        "Other nodes in whose place their records are sent from here.",
        mirrored -> mirrored.begun().isPresent() ? 1 : 0);
    mirror(
        registry,
        "weft_standby_troubles",
        "Other nodes whose records cannot be mirrored here now.",
        mirrored -> mirrored.trouble().isPresent() ? 1 : 0);
  }

  private static double seconds(Duration time) {
    return time.toNanos() / 1e9;
  }

  private void owner(
      PrometheusRegistry registry,
      String name,
      String help,
      Function<BufferFacts, Optional<Double>> value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(
            told ->
                own()
                    .filter(BufferFacts::isKept)
                    .flatMap(value)
                    .ifPresent(known -> told.call(known)))
        .register(registry);
  }

  private void mirror(
      PrometheusRegistry registry,
      String name,
      String help,
      ToDoubleFunction<BufferFacts.Mirrored> value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(
            told ->
                own()
                    .filter(BufferFacts::isMirroring)
                    .ifPresent(
                        buffer -> told.call(buffer.mirrored().stream().mapToDouble(value).sum())))
        .register(registry);
  }

  private Optional<BufferFacts> own() {
    var seen = status.get();
    return seen.nodes().stream()
        .filter(node -> node.id().equals(seen.seenBy()))
        .map(node -> node.state().buffer())
        .findFirst();
  }
}
