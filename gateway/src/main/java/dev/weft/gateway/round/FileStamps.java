package dev.weft.gateway.round;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What changes when a file does, whether it is written in its place or replaced. */
public final class FileStamps {

  private static final String NOT_THERE = "not there";

  private FileStamps() {}

  /** Of some files, by path; of one that is not there, that. */
  public static Map<Path, String> of(Collection<Path> files) {
    var stamps = new HashMap<Path, String>();
    for (var file : files) {
      try {
        stamps.put(file, stamp(Files.readAttributes(file, BasicFileAttributes.class)));
      } catch (IOException e) {
        stamps.put(file, NOT_THERE);
      }
    }
    return stamps;
  }

  /**
   * Of the files below a folder, by path; hidden ones are left out. Of a folder that is not there,
   * that.
   *
   * @param depthMax of folders that are looked into
   * @param filesMax as many are looked at
   */
  public static Map<Path, String> below(Path folder, int depthMax, int filesMax) {
    var stamps = new HashMap<Path, String>();
    try {
      var root = folder.toRealPath(); // A link to a folder stands for it.
      var noOptions = EnumSet.noneOf(FileVisitOption.class);
      Files.walkFileTree(root, noOptions, depthMax, new Visitor(root, filesMax, stamps));
    } catch (IOException e) {
      stamps.put(folder, NOT_THERE);
    }
    return stamps;
  }

  private static String stamp(BasicFileAttributes found) {
    return "%s %d %s".formatted(found.lastModifiedTime(), found.size(), found.fileKey());
  }

  private static final class Visitor extends SimpleFileVisitor<Path> {
    private final Path root;
    private final int filesMax;
    private final Map<Path, String> stamps;

    Visitor(Path root, int filesMax, Map<Path, String> stamps) {
      this.root = root;
      this.filesMax = filesMax;
      this.stamps = stamps;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes found) {
      return isHidden(folder) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes found) {
      if (!isHidden(file)) {
        // A link stands for what it leads to.
        stamps.putAll(found.isSymbolicLink() ? of(List.of(file)) : Map.of(file, stamp(found)));
      }
      return stamps.size() < filesMax ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      if (file.equals(root)) {
        throw e;
      }
      return FileVisitResult.CONTINUE; // It left while it was looked for.
    }

    private boolean isHidden(Path path) {
      return !path.equals(root) && String.valueOf(path.getFileName()).startsWith(".");
    }
  }
}
