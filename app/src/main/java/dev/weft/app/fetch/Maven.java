package dev.weft.app.fetch;

import java.nio.file.Path;
import java.util.Map;

/** Gets jars from wherever the user's Maven gets them. */
public interface Maven {

  /** Is told how far a download is. */
  interface Watcher {
    /**
     * @param share of the present file, from 0 to 1; 0 if unknown
     */
    void at(double share, String text);
  }

  /**
   * Puts each jar at its path.
   *
   * @param jars where to put each; the folders are there
   * @param work folder for files of its own
   * @throws FetchException if one or more could not be had; others may be there all the same
   */
  void copy(Map<MavenSource.Jar, Path> jars, Path work, Watcher watcher);
}
