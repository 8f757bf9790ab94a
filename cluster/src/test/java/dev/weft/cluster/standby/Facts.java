package dev.weft.cluster.standby;

import dev.weft.cluster.fact.BufferFacts;
import dev.weft.cluster.fact.NodeFacts;
import dev.weft.cluster.site.NodeId;
import dev.weft.fabric.manifest.NodeClass;
import dev.weft.fabric.manifest.NodeManifest;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What nodes tell that do nothing but keep records. */
final class Facts {

  private Facts() {}

  static NodeFacts of(String id, boolean isMirroring) {
    return of(id, isMirroring, "127.0.0.1:1");
  }

  static NodeFacts of(String id, boolean isMirroring, String link) {
    return of(id, isMirroring, link, 1);
  }

  /**
   * @param process the later, the greater
   */
  static NodeFacts of(String id, boolean isMirroring, String link, long process) {
    var node = NodeId.find(id).orElseThrow();
    var buffer =
        new BufferFacts(
            true,
            isMirroring,
            Optional.empty(),
            false,
            false,
            0,
            0,
            Optional.empty(),
            Optional.empty(),
            List.of());
    return new NodeFacts(
        node.name(),
        node.site(),
        NodeManifest.Role.EDGE,
        NodeClass.STANDARD,
        process,
        "127.0.0.1:2",
        link,
        Set.of(),
        NodeFacts.State.idle().with(buffer));
  }
}
