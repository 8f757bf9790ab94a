package dev.weft.cluster.frame;

import dev.weft.cluster.route.Label;
import dev.weft.cluster.route.Labels;
import dev.weft.cluster.route.RouteSettings;
import dev.weft.cluster.site.NodeId;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.pipeline.Request;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Where frames may be, by what their pipeline, its stages, their tenant and they themselves say.
 * What manifests and tenants say is put together once and again when a pipeline's stages change, so
 * for a frame that says nothing itself it is looked up. Threadsafe.
 */
final class BoundsBook {

  /** Attribute of a request that says whose it is. */
  static final String TENANT = "tenant";

  /** Whose a request is that does not say. */
  private static final String NOBODY = "nobody";

  /** More names of pipelines than a node deploys; beyond, all are put together anew. */
  private static final int PIPELINES_MAX = 1_024;

  private final NodeId here;
  private final Set<String> zones;
  private final RouteSettings settings;
  private final Map<String, Known> known = new ConcurrentHashMap<>();

  /**
   * What was put together of one pipeline.
   *
   * @param others bounds of tenants that are kept to places
   */
  private record Known(
      PipelineManifest manifest,
      Map<String, StageManifest> stages,
      Bounds anyone,
      Map<String, Bounds> others) {

    /** Both are replaced as a whole when they change. */
    @SuppressWarnings("ReferenceEquality")
    boolean isOf(Pipeline pipeline) {
      return manifest == pipeline.manifest() && stages == pipeline.stages();
    }
  }

  /**
   * @param zones that this node lies in
   * @param settings say where frames of tenants may be
   */
  BoundsBook(NodeId here, Set<String> zones, RouteSettings settings) {
    this.here = here;
    this.zones = Set.copyOf(zones);
    this.settings = settings;
  }

  /** Whose a request is. */
  static String tenant(Request request) {
    return request.attributes().getOrDefault(TENANT, NOBODY);
  }

  /**
   * @throws IllegalArgumentException if the request says where it may be in words that cannot be
   *     understood: it must be refused
   */
  Bounds of(Pipeline pipeline, Request request) {
    var found = known(pipeline);
    var said = found.others().getOrDefault(tenant(request), found.anyone());
    return request.attributes().containsKey(Labels.ATTRIBUTE)
        ? seen(said.labels().andOf(request.attributes()))
        : said;
  }

  /** The same for a frame of a session, which holds what is said of the session's tenant, too. */
  Bounds alsoOf(Bounds bounds, String tenant) {
    if (!settings.tenants().containsKey(tenant)) {
      return bounds;
    }
    var label = settings.label(tenant);
    return bounds.labels().said().contains(label) ? bounds : seen(bounds.labels().and(label));
  }

  /** Whether a frame may be here by what it says itself; not if that cannot be understood. */
  boolean admitHere(Pipeline pipeline, Request request) {
    try {
      return of(pipeline, request).admitHere();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Whether there are tenants that are kept to places. */
  boolean keepsTenants() {
    return !settings.tenants().isEmpty();
  }

  private Known known(Pipeline pipeline) {
    var before = known.get(pipeline.name());
    if (before != null && before.isOf(pipeline)) {
      return before;
    }
    if (known.size() >= PIPELINES_MAX) {
      known.clear();
    }
    var manifest = pipeline.manifest();
    var stages = pipeline.stages();
    var labels = Labels.of(manifest, stages);
    var others = new HashMap<String, Bounds>();
    settings.tenants().keySet().forEach(t -> others.put(t, seen(labels.and(settings.label(t)))));
    var now = new Known(manifest, stages, seen(labels), Map.copyOf(others));
    known.put(pipeline.name(), now);
    return now;
  }

  private Bounds seen(Labels labels) {
    return new Bounds(labels, labels.against(zones, true));
  }

  /** Whether a frame that came to another node may be here. */
  boolean admitForeign(Bounds bounds) {
    return bounds.labels().against(zones, false).isEmpty();
  }

  /** In words: what is said of where the frame may be, and where this node lies. */
  String refusal(Bounds bounds) {
    return "residency: %s (expected: a node of which all of that holds; node %s lies in %s)"
        .formatted(
            bounds.labels().said().stream()
                .map(BoundsBook::words)
                .collect(Collectors.joining(" and ")),
            here,
            zones.isEmpty() ? "no zone" : String.join(", ", zones.stream().sorted().toList()));
  }

  private static String words(Label label) {
    return "%s allows %s".formatted(label.who(), label.residency());
  }
}
