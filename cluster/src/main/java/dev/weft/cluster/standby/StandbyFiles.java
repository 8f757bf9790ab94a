package dev.weft.cluster.standby;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import dev.weft.cluster.site.NodeId;
import dev.weft.cluster.site.SiteName;
import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.disk.FolderDisk;
import dev.weft.persistence.mirror.MirrorShelf;
import dev.weft.persistence.outbox.Cursors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Where a node keeps what it mirrors: {@code NODE/SOURCE}, each a buffer's folder with that of its
 * cursors in it.
 *
 * @param folder of all
 * @param site whose nodes they are of
 */
record StandbyFiles(Path folder, SiteName site) {

  /** What folders of mirrors that are to go begin with: half of one is none. */
  private static final String GOING = ".going-";

  /** Nodes of which there is something. */
  List<NodeId> owners() throws IOException {
    var owners = new ArrayList<NodeId>();
    for (var name : names(folder)) {
      if (!names(folder.resolve(name)).isEmpty()) {
        owners.add(new NodeId(site, name));
      }
    }
    return owners;
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
          .filter(name -> !name.startsWith("."))
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

      @Override
      public void delete(String source) throws IOException {
        var going = Files.createTempDirectory(own, GOING);
        Files.move(own.resolve(source), going.resolve(source), ATOMIC_MOVE);
      }
    };
  }

  /**
   * Deletes for good what is to go, also what a process that ended had begun to. May take long.
   *
   * @throws IOException if something of it stays
   */
  void sweep() throws IOException {
    for (var owner : names(folder)) {
      try (var going = Files.newDirectoryStream(folder.resolve(owner), GOING + "*")) {
        for (var root : going) {
          try (var below = Files.walk(root)) {
            for (var path : below.sorted(Comparator.reverseOrder()).toList()) {
              Files.delete(path);
            }
          }
        }
      } catch (DirectoryIteratorException | UncheckedIOException e) {
        throw new IOException(e.getMessage(), e);
      }
    }
  }
}
