package dev.weft.app.brought;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import dev.weft.cluster.artifact.DeclaredVariant;
import dev.weft.cluster.artifact.VariantText;
import dev.weft.fabric.manifest.Artifact;
import dev.weft.fabric.manifest.Residency;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.manifest.Variant;
import dev.weft.fabric.negotiation.NodeAbilities;
import dev.weft.fabric.reading.ArtifactFiles;
import dev.weft.link.blob.BlobFetch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Where the variants are that came from other nodes: of each its file, called by its digest, and
 * then its declaration, {@code STAGE@VARIANT.json}, so that what is declared is there. What is
 * broken or half done is set aside and never stops a start. Threadsafe.
 */
public final class BroughtFolder {

  private static final Logger LOG = System.getLogger(BroughtFolder.class.getName());

  private static final String DECLARATION = ".json";
  private static final String WRITING = ".writing";
  private static final String BROKEN = ".broken";
  private static final int DECLARATION_BYTES_MAX = 64 << 10;
  private static final int FILES_MAX = 10_000;

  /** What stays free beside a file that comes, for the journal and the buffer of the node. */
  private static final long ROOM_BYTES_MIN = 256L << 20;

  /** Time for which what has come of a file stays that nothing declares, to be gone on with. */
  private static final Duration LEFT_FOR = Duration.ofDays(1);

  /** A file of a variant, what has come of one so far, and what else may be left of an attempt. */
  private static final Pattern LEFTOVER =
      Pattern.compile("[0-9a-f]{64}(\\.[A-Za-z0-9]{1,8})?(\\.(part|lock))?|.*\\.(broken|writing)");

  /** Runtimes go by endings such as .ort; those of what is left of an attempt are none. */
  private static final Pattern ENDING =
      Pattern.compile(".*(\\.(?!(?:part|lock|broken|writing|json)$)[A-Za-z0-9]{1,8})");

  private final Path folder;

  /** By stage, then by name. */
  private final Map<String, Map<String, BroughtVariant>> variants = new TreeMap<>();

  private BroughtFolder(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
  }

  /**
   * What is at a place; nothing, if that is not there. Reads all files once, as each is held
   * against its digest.
   */
  public static BroughtFolder at(Path folder) {
    var brought = new BroughtFolder(folder);
    brought.read();
    return brought;
  }

  private synchronized void read() {
    for (var path : files(name -> name.contains("@") && name.endsWith(DECLARATION))) {
      try {
        var declared = VariantText.read(text(path));
        if (!path.equals(declaration(declared))) {
          throw new IllegalArgumentException("is of %s".formatted(declaration(declared)));
        }
        if (isWhole(declared)) {
          put(declared);
        } else {
          LOG.log(
              Level.WARNING,
              "{0}: its file is not there; it comes again with the next rollout to it",
              path);
        }
      } catch (IOException | IllegalArgumentException e) {
        LOG.log(Level.WARNING, "{0}: {1}; set aside", path, e.getMessage());
        setAside(path);
      }
    }
  }

  private static String text(Path path) throws IOException {
    if (Files.size(path) > DECLARATION_BYTES_MAX) {
      throw new IOException(
          "%d bytes (expected: at most %d)".formatted(Files.size(path), DECLARATION_BYTES_MAX));
    }
    return Files.readString(path);
  }

  private List<Path> files(Predicate<String> wanted) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var all = Files.list(folder)) {
      return all.filter(path -> wanted.test(String.valueOf(path.getFileName())))
          .sorted()
          .limit(FILES_MAX)
          .toList();
    } catch (IOException | UncheckedIOException e) {
      LOG.log(Level.WARNING, "{0}: {1} (expected: a readable folder)", folder, e);
      return List.of();
    }
  }

  private void put(DeclaredVariant declared) throws IOException {
    variants
        .computeIfAbsent(declared.stage(), _ -> new TreeMap<>())
        .put(
            declared.name(),
            new BroughtVariant(
                declared,
                file(declared),
                Files.getLastModifiedTime(declaration(declared)).toInstant()));
  }

  private Path declaration(DeclaredVariant declared) {
    return folder.resolve("%s@%s%s".formatted(declared.stage(), declared.name(), DECLARATION));
  }

  /** Where the file of a variant is, or would be. */
  Path file(DeclaredVariant declared) {
    return declared.artifact().map(this::file).orElse(folder);
  }

  private Path file(Artifact artifact) {
    var ending = ENDING.matcher(artifact.file());
    return folder.resolve(artifact.sha256() + (ending.matches() ? ending.group(1) : ""));
  }

  /**
   * Whether the file of a variant is there as declared; one that is there otherwise is set aside.
   */
  private boolean isWhole(DeclaredVariant declared) throws IOException {
    if (declared.artifact().isEmpty()) {
      return true;
    }
    var artifact = declared.artifact().get();
    var file = file(artifact);
    if (!Files.exists(file)) {
      return false;
    }
    if (Files.size(file) == artifact.sizeBytes()
        && ArtifactFiles.sha256(file).equals(artifact.sha256())) {
      return true;
    }
    LOG.log(Level.WARNING, "{0}: not what its name says; set aside", file);
    setAside(file);
    return false;
  }

  private static void setAside(Path path) {
    try {
      Files.move(path, path.resolveSibling(path.getFileName() + BROKEN), REPLACE_EXISTING);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "{0}: {1} (expected: to be set aside)", path, e);
    }
  }

  /** The variant, if exactly that is here. */
  public synchronized Optional<Variant> find(DeclaredVariant declared) {
    return named(declared.stage(), declared.name())
        .filter(kept -> kept.declared().equals(declared))
        .map(BroughtVariant::variant);
  }

  private Optional<BroughtVariant> named(String stage, String name) {
    return Optional.ofNullable(variants.getOrDefault(stage, Map.of()).get(name));
  }

  /** Whether a stage has a variant from here, or had it before that went. */
  public synchronized boolean isFromHere(String stage, Variant variant) {
    return variant.artifact().map(file -> folder.equals(file.path().getParent())).orElse(false)
        || named(stage, variant.name()).filter(kept -> kept.variant().equals(variant)).isPresent();
  }

  /** Why a variant cannot be brought, as there is another of its name; empty if it can. */
  public synchronized Optional<String> obstacle(DeclaredVariant declared) {
    return named(declared.stage(), declared.name())
        .map(BroughtVariant::declared)
        .filter(kept -> !kept.equals(declared))
        .map(
            kept ->
                declared
                    .unlike(kept.variant())
                    .orElseGet(
                        () ->
                            ("variant '%s' of stage '%s': was brought as it was declared before"
                                    + " (expected: the same; another one needs another name)")
                                .formatted(declared.name(), declared.stage())));
  }

  /** Stages with the brought variants that they can have, as {@link BroughtRule} says. */
  public synchronized Map<String, StageManifest> over(Map<String, StageManifest> stages) {
    var here = NodeAbilities.here();
    var more = new LinkedHashMap<String, StageManifest>();
    stages.forEach(
        (name, stage) -> {
          var kept = variants.getOrDefault(stage.name(), Map.of()).values();
          more.put(name, BroughtRule.over(stage, kept, here));
        });
    return more;
  }

  /** Where a file may be that was brought; anywhere for any other. */
  public synchronized Residency residency(String sha256) {
    var all = Residency.anywhere();
    for (var ofStage : variants.values()) {
      for (var kept : ofStage.values()) {
        if (kept.declared().artifact().filter(file -> file.sha256().equals(sha256)).isPresent()) {
          all = all.and(kept.declared().residency());
        }
      }
    }
    return all;
  }

  /** Bytes of a variant's file that have come; 0 if nobody can tell. */
  long arrived(DeclaredVariant declared) {
    try {
      return declared.artifact().isEmpty() ? 0 : BlobFetch.arrived(file(declared));
    } catch (IOException e) {
      return 0; // It is given its name just now.
    }
  }

  /**
   * Whether the file of a variant is there; else the folder is ready for it to come.
   *
   * @param coming variants that are being brought, this one among them
   * @throws IOException if there is no room for it, or it cannot be written to
   */
  boolean isReady(DeclaredVariant declared, Supplier<Set<DeclaredVariant>> coming)
      throws IOException {
    Files.createDirectories(folder);
    if (isWhole(declared)) {
      return true;
    }
    var more = declared.artifact().map(Artifact::sizeBytes).orElse(0L) - arrived(declared);
    if (!hasRoom(more)) {
      sweep(coming, Duration.ZERO);
    }
    if (!hasRoom(more)) {
      // Without what there is: that changes all the time, and each other word is told and stored.
      throw new IOException(
          "%s: no room (expected: for %d bytes more, and %d beside them)"
              .formatted(folder, more, ROOM_BYTES_MIN));
    }
    return false;
  }

  private boolean hasRoom(long more) throws IOException {
    return Files.getFileStore(folder).getUsableSpace() - ROOM_BYTES_MIN >= more;
  }

  /**
   * Declares a variant whose file is there; from then on it survives.
   *
   * @throws IOException if its file is not there as declared, or the disk would not
   */
  synchronized void keep(DeclaredVariant declared) throws IOException {
    Files.createDirectories(folder);
    // Its digest was looked at when it came, or was found.
    var bytesOfFile = declared.artifact().map(Artifact::sizeBytes);
    if (bytesOfFile.isPresent() && sizeOf(file(declared)) != bytesOfFile.get()) {
      throw new IOException("%s: not there (expected: it brought)".formatted(file(declared)));
    }
    var path = declaration(declared);
    var writing = path.resolveSibling(path.getFileName() + WRITING);
    try (var out =
        FileChannel.open(
            writing,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      var bytes = ByteBuffer.wrap(VariantText.of(declared).getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
    Files.move(writing, path, ATOMIC_MOVE);
    try (var entries = FileChannel.open(folder, StandardOpenOption.READ)) {
      entries.force(true);
    }
    put(declared);
  }

  /**
   * Deletes what is needed no more of a stage, and old files that nothing declares.
   *
   * @param needed names of variants that run, or that the stage's latest rollout can bring back
   * @param coming variants that are being brought, whose files stay
   */
  public synchronized void prune(
      String stage, Set<String> needed, Supplier<Set<DeclaredVariant>> coming) {
    var ofStage = variants.getOrDefault(stage, Map.of());
    for (var each : BroughtRule.going(new ArrayList<>(ofStage.values()), needed)) {
      ofStage.remove(each.name());
      delete(declaration(each.declared()));
      each.declared()
          .artifact()
          .map(this::file)
          .filter(file -> !pinned(coming.get()).contains(String.valueOf(file.getFileName())))
          .ifPresent(BroughtFolder::delete);
    }
    sweep(coming, LEFT_FOR);
  }

  /** Deletes files that nothing declares and that nobody has written to for a time. */
  private synchronized void sweep(Supplier<Set<DeclaredVariant>> coming, Duration age) {
    var pinned = pinned(coming.get());
    var before = Instant.now().minus(age);
    for (var path : files(name -> LEFTOVER.matcher(name).matches())) {
      var name = String.valueOf(path.getFileName()).replaceFirst("\\.(part|lock)$", "");
      if (!pinned.contains(name) && !isWrittenSince(path, before)) {
        delete(path);
      }
    }
  }

  private static boolean isWrittenSince(Path path, Instant moment) {
    try {
      return Files.getLastModifiedTime(path).toInstant().isAfter(moment);
    } catch (IOException e) {
      return false; // It is gone, or its deletion will say why.
    }
  }

  /** Names of files that are declared, or that are coming. */
  private Set<String> pinned(Set<DeclaredVariant> coming) {
    var pinned = new HashSet<String>();
    variants.values().stream()
        .flatMap(kept -> kept.values().stream())
        .map(BroughtVariant::declared)
        .forEach(kept -> pin(kept, pinned));
    coming.forEach(each -> pin(each, pinned));
    return pinned;
  }

  private static long sizeOf(Path file) throws IOException {
    return Files.exists(file) ? Files.size(file) : -1;
  }

  private void pin(DeclaredVariant declared, Set<String> pinned) {
    declared
        .artifact()
        .map(this::file)
        .ifPresent(path -> pinned.add(String.valueOf(path.getFileName())));
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "{0}: {1} (expected: to be deleted)", path, e);
    }
  }
}
