package dev.weft.fabric.reading;

import dev.weft.fabric.manifest.Membership;
import dev.weft.fabric.manifest.NodeClass;
import dev.weft.fabric.manifest.NodeManifest;
import dev.weft.fabric.problem.Findings;
import java.util.OptionalInt;

/** Makes a {@link NodeManifest} of a document. */
final class NodeReader {

  private NodeReader() {}

  static NodeManifest read(YamlObject root, Findings findings) {
    return new NodeManifest(
        findings.file(),
        root.text("name"),
        root.text("summary"),
        root.text("owner"),
        root.constant("class", NodeClass.class),
        root.constant("role", NodeManifest.Role.class),
        root.optionalText("site"),
        root.list("zones", String.class),
        root.has("cores") ? OptionalInt.of(root.whole("cores")) : OptionalInt.empty(),
        root.bytes("memory"),
        root.object("cluster").map(NodeReader::membership),
        root.map("labels", String.class));
  }

  private static Membership membership(YamlObject cluster) {
    return new Membership(
        cluster.text("actors"),
        cluster.text("link"),
        cluster.list("seeds", String.class),
        cluster.optionalText("discovery"),
        cluster.list("linked", String.class),
        cluster.optionalText("certificates"));
  }
}
