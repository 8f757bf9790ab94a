package dev.weft.app.serving;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weft.app.tracing.OperatedReplays;
import dev.weft.fabric.embedded.Recording;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.trace.RecordingCounts;
import dev.weft.persistence.mirror.MirroredBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a server records its frames with, if it does: opened before its node and closed after it.
 *
 * @param isOfAll whether frames of pipelines are recorded whose manifests do not say how much
 */
public record ServedRecording(Optional<Kept> kept, boolean isOfAll) implements AutoCloseable {

  private static final String FOLDER = "weft.fabric.trace.folder";

  /** A recording, and where it goes. */
  public record Kept(Recording recording, Path folder) {}

  /**
   * Opens it.
   *
   * @param folder asked for; empty for what the settings say
   * @throws dev.weft.fabric.trace.TraceException if it cannot be opened, as when another process
   *     has it
   */
  public static ServedRecording open(Optional<Path> folder, Config config) {
    if (folder.isPresent()) {
      var recording = Recording.toFolder(folder.get(), config);
      return new ServedRecording(Optional.of(new Kept(recording, folder.get())), true);
    }
    var configured = Path.of(config.getString(FOLDER));
    return new ServedRecording(
        Recording.configured(config).map(recording -> new Kept(recording, configured)), false);
  }

  /** Starts the node whose frames are recorded. */
  public Weft start(Config config) {
    return kept.map(to -> Weft.recording(config, to.recording()))
        .orElseGet(() -> Weft.embedded(config));
  }

  /** Where frames of {@code weft}, which this started, are replayed; to be closed before it. */
  public ServedReplays replays(Weft weft) {
    return new ServedReplays(
        kept.map(to -> new OperatedReplays(weft, to.recording(), to.folder())));
  }

  /** The settings, with the folder that was asked for. */
  public Config told(Config config) {
    return kept.map(
            to ->
                ConfigFactory.parseMap(Map.of(FOLDER, to.folder().toString())).withFallback(config))
        .orElse(config);
  }

  /** The edge buffer that it records to, for a standby to mirror, if there is one in the clear. */
  public Optional<MirroredBuffer> mirrored() {
    return kept.flatMap(to -> to.recording().mirrored());
  }

  /** What became of the frames that were to be recorded; whole once the node is closed. */
  public Optional<RecordingCounts> counts() {
    return kept.map(to -> to.recording().counts());
  }

  /** Lets go of where it records to; a node that was started with it has done so already. */
  @Override
  public void close() {
    kept.ifPresent(to -> to.recording().close());
  }
}
