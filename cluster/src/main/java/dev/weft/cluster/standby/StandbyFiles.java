package dev.weft.cluster.standby;

import dev.weft.cluster.site.NodeId;
import dev.weft.cluster.site.SiteName;
import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.disk.FolderDisk;
import dev.weft.persistence.mirror.MirrorShelf;
import dev.weft.persistence.outbox.Cursors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where a node keeps what it mirrors: {@code NODE/SOURCE}, each a buffer's folder with that of its
 * cursors in it.
 *
 * @param folder of all
 * @param site whose nodes they are of
 */
record StandbyFiles(Path folder, SiteName site) {

  /** Nodes of which there is something. */
  List<NodeId> owners() throws IOException {
    return names(folder).stream().map(name -> new NodeId(site, name)).toList();
  }

  private static List<String> names(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var files = Files.list(folder)) {
      return files
          .filter(Files::isDirectory)
          .map(Path::getFileName)
          .map(String::valueOf)
          .sorted()
          .toList();
    }
  }

  MirrorShelf shelf(NodeId owner) {
    var own = folder.resolve(owner.name());
    return new MirrorShelf() {
      @Override
      public List<String> sources() throws IOException {
        return names(own);
      }

      @Override
      public Disk mirror(String source) throws IOException {
        return FolderDisk.at(own.resolve(source));
      }

      @Override
      public Disk cursors(String source) throws IOException {
        return FolderDisk.at(own.resolve(source).resolve(Cursors.FOLDER));
      }
    };
  }
}
