package dev.weft.fabric.embedded;

import com.typesafe.config.Config;
import dev.weft.persistence.disk.FolderDisk;
import dev.weft.persistence.mirror.Terms;
import dev.weft.persistence.outbox.Cursors;
import dev.weft.persistence.outbox.Destination;
import dev.weft.persistence.outbox.OutboxSettings;
import dev.weft.persistence.outbox.UploadTags;
import dev.weft.persistence.outbox.UploadingStore;
import dev.weft.persistence.trace.Retention;
import dev.weft.persistence.trace.TraceSettings;
import dev.weft.stages.spi.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Where the records of an edge buffer are sent, as {@code weft.fabric.outbox} says. */
record Uploading(Destination to, OutboxSettings settings, Duration farewell) {

  static final String KEY = "weft.fabric.outbox";

  /**
   * What {@code config} says; empty if nothing is to be sent.
   *
   * @throws WeftException if it makes no sense
   */
  static Optional<Uploading> from(Config config) {
    var outbox = config.getConfig(KEY);
    if (outbox.getString("to").isEmpty()) {
      return Optional.empty();
    }
    var tags =
        new UploadTags(
            Set.copyOf(outbox.getStringList("classes")),
            Set.copyOf(outbox.getStringList("pipelines")));
    try {
      return Optional.of(
          new Uploading(
              new Destination(outbox.getString("to")),
              OutboxSettings.from(
                  config.getConfig("weft.persistence.outbox"), outbox.getString("sink"), tags),
              outbox.getDuration("farewell")));
    } catch (IllegalArgumentException e) {
      throw refused(e);
    }
  }

  /**
   * Opens the edge buffer in {@code folder} with its outbox beside it.
   *
   * @throws IOException if it cannot be opened, as when another process has it
   * @throws WeftException if it was sent to the same sink in another way before
   */
  UploadingStore open(Path folder, TraceSettings trace) throws IOException {
    var known = trace.classes().stream().map(Retention::name).collect(Collectors.toSet());
    for (var name : settings.tags().classes()) {
      if (!known.contains(name)) {
        throw refused(
            "classes: '%s' (expected: of %s, weft.persistence.trace.classes)"
                .formatted(name, known));
      }
    }
    try {
      return UploadingStore.open(
          FolderDisk.at(folder),
          FolderDisk.at(folder.resolve(Cursors.FOLDER)),
          trace,
          settings,
          to.sink(settings.answerTimeout()),
          farewell,
          UploadingStore.World.real());
    } catch (IllegalArgumentException e) {
      throw refused(e);
    }
  }

  /** The same, for who sends in this process's place. */
  Terms.Upload terms() {
    return new Terms.Upload(to.text(), settings.sink(), settings.tags());
  }

  private static WeftException refused(IllegalArgumentException problem) {
    return refused(String.valueOf(problem.getMessage()));
  }

  private static WeftException refused(String problem) {
    return new WeftException(ErrorCode.FAILED_PRECONDITION, "outbox: " + problem);
  }
}
