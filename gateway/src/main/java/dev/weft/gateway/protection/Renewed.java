package dev.weft.gateway.protection;

import dev.weft.gateway.round.FileStamps;
import dev.weft.gateway.round.SettledFiles;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What was read from some files, read again when they have changed. New content that is wrong is
 * told and changes nothing. One thread looks; {@link #value} is threadsafe.
 *
 * @param <T> what is read
 */
final class Renewed<T> {

  private static final Logger LOG = System.getLogger(Renewed.class.getName());

  private final String what;
  private final Supplier<Content<T>> reader;
  private final Consumer<String> problems;
  private volatile Content<T> content;
  private final SettledFiles files;

  /**
   * What was read, and from which files.
   *
   * @param <T> what is read
   */
  record Content<T>(T value, List<Path> files) {}

  /**
   * Reads for the first time.
   *
   * @param what it is, for people
   * @param files that are read at least
   * @param reader throws what says why it cannot be read
   * @param problems told why a change is not taken
   */
  Renewed(String what, List<Path> files, Supplier<Content<T>> reader, Consumer<String> problems) {
    this.what = what;
    this.reader = reader;
    this.problems = problems;
    var before = FileStamps.of(files);
    this.content = reader.get();
    this.files = new SettledFiles(stamps(content.files(), before));
  }

  T value() {
    return content.value();
  }

  /**
   * Looks whether files have changed, and reads them once they have stayed the same for two looks:
   * several are seldom replaced at one instant.
   */
  void look() {
    var now = FileStamps.of(content.files());
    if (!files.isDue(now)) {
      return;
    }
    try {
      content = reader.get();
      files.take(stamps(content.files(), now));
      LOG.log(Level.INFO, "{0}: read again", what);
    } catch (RuntimeException e) {
      // Whatever it is that a file holds, the thread that looks goes on.
      files.take(now);
      problems.accept(
          "%s: as before, for what is there now is wrong: %s".formatted(what, e.getMessage()));
    }
  }

  /** Those taken before the files were read, so that a change meanwhile is seen. */
  private static Map<Path, String> stamps(List<Path> files, Map<Path, String> before) {
    var stamps = FileStamps.of(files);
    before.forEach(stamps::replace);
    return stamps;
  }
}
