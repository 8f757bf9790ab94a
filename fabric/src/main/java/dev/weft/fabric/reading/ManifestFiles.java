package dev.weft.fabric.reading;

import dev.weft.fabric.manifest.Artifact;
import dev.weft.fabric.manifest.ManifestException;
import dev.weft.fabric.manifest.ManifestSet;
import dev.weft.fabric.manifest.RolloutManifest;
import dev.weft.fabric.problem.Problem;
import dev.weft.stages.spi.StageKinds;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Loads manifests from files and checks them, one by one and against each other. */
public final class ManifestFiles {

  private static final int FILES_MAX = 1_000;
  private static final int DEPTH_MAX = 16;

  /** How far the files that manifests pin are looked at. */
  public enum Verify {
    /** Each must be there, with its size and its SHA-256. */
    DIGESTS,
    /**
     * Those that are there must have their size; one that is missing but can be fetched is a
     * warning.
     */
    STRUCTURE_ONLY
  }

  private final StageKinds kinds;
  private final Verify verify;
  private final List<Problem> unreadable = new ArrayList<>();

  private ManifestFiles(StageKinds kinds, Verify verify) {
    this.kinds = kinds;
    this.verify = verify;
  }

  /** As {@link #load(Path, StageKinds, Verify)}, with {@link Verify#DIGESTS}. */
  public static ManifestSet load(Path fileOrFolder, StageKinds kinds) {
    return load(fileOrFolder, kinds, Verify.DIGESTS);
  }

  /**
   * Loads every {@code *.yaml} and {@code *.yml} file of a folder and the folders in it, hidden
   * ones left out; or one file, and with a pipeline or a rollout also the stages it uses from the
   * file's own folder.
   *
   * @throws ManifestException with everything that is wrong
   */
  public static ManifestSet load(Path fileOrFolder, StageKinds kinds, Verify verify) {
    return read(fileOrFolder, kinds, verify).orThrow();
  }

  /** As {@link #load(Path, StageKinds, Verify)}, with what is wrong as a value. */
  public static ManifestReading read(Path fileOrFolder, StageKinds kinds, Verify verify) {
    return new ManifestFiles(kinds, verify).read(fileOrFolder);
  }

  /**
   * The rollout in a text that was read before; its stage is not looked at.
   *
   * @throws ManifestException with everything that is wrong
   */
  public static RolloutManifest rollout(String text) {
    var file = Path.of("rollout.yaml");
    var drafts = Drafts.read(Map.of(file, text), StageKinds.discover());
    var errors = new ArrayList<>(drafts.errors());
    if (errors.isEmpty() && drafts.manifests().rollouts().size() != 1) {
      errors.add(problem(file, "no rollout", "one"));
    }
    return new ManifestReading(drafts.manifests(), errors)
        .orThrow()
        .rollouts()
        .values()
        .iterator()
        .next();
  }

  /**
   * Pins {@code file} as it stands now.
   *
   * @throws IOException if it cannot be read
   */
  public static Artifact pin(Path file) throws IOException {
    return new Artifact(
        file.toString(), file, ArtifactFiles.sha256(file), Files.size(file), Optional.empty());
  }

  private ManifestReading read(Path fileOrFolder) {
    var drafts = Files.isDirectory(fileOrFolder) ? ofFolder(fileOrFolder) : ofFile(fileOrFolder);
    drafts.check();
    var artifacts = new ArtifactFiles(verify);
    for (var draft : drafts.all()) {
      if (draft instanceof Draft.OfStage stage) {
        artifacts.check(stage);
      }
    }
    var errors = new ArrayList<>(unreadable);
    errors.addAll(drafts.errors());
    errors.sort(null);
    if (errors.isEmpty() && drafts.all().isEmpty()) {
      errors.add(problem(fileOrFolder, "no manifest", "YAML documents, in files *.yaml or *.yml"));
    }
    return new ManifestReading(drafts.manifests(), errors);
  }

  private Drafts ofFolder(Path folder) {
    var texts = new TreeMap<Path, String>();
    files(folder).forEach(file -> readText(file, texts));
    return Drafts.read(texts, kinds);
  }

  private Drafts ofFile(Path file) {
    var texts = new TreeMap<Path, String>();
    readText(file, texts);
    var own = Drafts.read(texts, kinds);
    if (!own.useStages()) {
      return own;
    }
    var parent = file.getParent();
    var others = new TreeMap<Path, String>();
    for (var other : files(parent == null ? Path.of("") : parent)) {
      if (!other.equals(file)) {
        readText(other, others);
      }
    }
    return own.withStagesOf(Drafts.read(others, kinds));
  }

  private List<Path> files(Path folder) {
    var files = new ArrayList<Path>();
    try {
      var noOptions = EnumSet.noneOf(FileVisitOption.class);
      Files.walkFileTree(folder, noOptions, DEPTH_MAX, new ManifestFinder(folder, files));
    } catch (IOException e) {
      unreadable.add(problem(folder, e.toString(), "a readable folder"));
    }
    if (files.size() > FILES_MAX) {
      unreadable.add(problem(folder, "more files", "at most %d manifests".formatted(FILES_MAX)));
      files.removeLast();
    }
    return files;
  }

  private void readText(Path file, Map<Path, String> texts) {
    TextFile.read(file, "a manifest file or a folder of them", unreadable::add)
        .ifPresent(text -> texts.put(file, text));
  }

  private static Problem problem(Path file, String value, String expected) {
    return new Problem(file, 0, 0, "", value, expected);
  }

  /** Collects manifest files, one more than may be so that too many can be told. */
  private static final class ManifestFinder extends SimpleFileVisitor<Path> {
    private final Path root;
    private final List<Path> files;

    ManifestFinder(Path root, List<Path> files) {
      this.root = root;
      this.files = files;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      return isHidden(folder) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      var name = String.valueOf(file.getFileName());
      if (!isHidden(file) && (name.endsWith(".yaml") || name.endsWith(".yml"))) {
        files.add(file);
      }
      return files.size() > FILES_MAX ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
    }

    private boolean isHidden(Path path) {
      return !path.equals(root) && String.valueOf(path.getFileName()).startsWith(".");
    }
  }
}
