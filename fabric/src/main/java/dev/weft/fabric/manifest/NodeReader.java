package dev.weft.fabric.manifest;

import java.util.OptionalInt;
import java.util.OptionalLong;

/** Makes a {@link NodeManifest} of a document. */
final class NodeReader {

  private NodeReader() {}

  static NodeManifest read(YamlObject root, Findings findings) {
    var memory = root.bytes("memory");
    return new NodeManifest(
        findings.file(),
        root.text("name"),
        root.text("summary"),
        root.text("owner"),
        StageReader.constant(NodeClass.class, root.text("class")),
        StageReader.constant(NodeManifest.Role.class, root.text("role")),
        root.has("cores") ? OptionalInt.of(root.whole("cores")) : OptionalInt.empty(),
        memory.isPresent() ? OptionalLong.of(memory.get()) : OptionalLong.empty(),
        root.map("labels", String.class));
  }
}
