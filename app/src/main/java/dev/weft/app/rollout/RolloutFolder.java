package dev.weft.app.rollout;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weft.app.brought.BroughtFolder;
import dev.weft.app.fetch.Fetcher;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.trace.Fingerprints;
import dev.weft.supervisor.evidence.EvidenceRecorder;
import dev.weft.supervisor.evidence.Subject;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The folder of a process that takes rollouts: the journal they are kept in and the evidence they
 * leave. Opened before its node and closed after it, so that what happens as the node ends is kept.
 */
public final class RolloutFolder implements AutoCloseable {

  private final Path folder;

  /** Stages with their candidates, by name. */
  private final Map<String, StageManifest> declared = new ConcurrentHashMap<>();

  private final BroughtFolder brought;
  private final EvidenceRecorder evidence;

  private RolloutFolder(Path folder) {
    this.folder = folder;
    this.brought = BroughtFolder.at(folder.resolve("brought"));
    var subject =
        new Subject(Fingerprints.here(), stage -> Optional.ofNullable(declared.get(stage)));
    this.evidence = EvidenceRecorder.in(evidenceFolder().toAbsolutePath(), subject);
  }

  /** The folder at {@code path}, which is made when there is something to keep. */
  public static RolloutFolder at(Path path) {
    return new RolloutFolder(path);
  }

  /** Settings of a node that keeps rollouts here. */
  public Config settings(Config others) {
    return ConfigFactory.parseMap(
            Map.of(
                "weft.fabric.journal.enabled",
                "on",
                "weft.persistence.journal.folder",
                folder.resolve("journal").toString()))
        .withFallback(others);
  }

  /** Candidates that came from other nodes. */
  public BroughtFolder brought() {
    return brought;
  }

  /** Where evidence is. */
  public Path evidenceFolder() {
    return folder.resolve("evidence");
  }

  /**
   * Has rollouts on {@code weft}, which was started with {@link #settings}.
   *
   * @param fetcher brings the files of candidates
   */
  public RunningRollouts on(Weft weft, Fetcher fetcher) {
    return new RunningRollouts(weft, evidence, declared, brought, fetcher);
  }

  @Override
  public void close() {
    evidence.close();
  }
}
