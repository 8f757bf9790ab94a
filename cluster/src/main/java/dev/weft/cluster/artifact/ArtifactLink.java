package dev.weft.cluster.artifact;

import dev.weft.cluster.site.SiteName;
import java.io.IOException;
import java.nio.file.Path;

/** The way to the files of other nodes. Threadsafe. */
@FunctionalInterface
public interface ArtifactLink {

  /**
   * Brings the file of a variant; waits until it is there. Goes on where an attempt before it
   * ended.
   *
   * @param declared with an artifact
   * @param region whose nodes are asked first
   * @param file where it shall be
   * @throws IOException saying why it cannot be had, or that the disk would not
   */
  void bring(DeclaredVariant declared, SiteName region, Path file)
      throws IOException, InterruptedException;
}
