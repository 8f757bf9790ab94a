package dev.weft.fabric.embedded;

import com.typesafe.config.Config;
import dev.weft.fabric.pipeline.FabricClock;
import dev.weft.fabric.session.SessionRules;
import dev.weft.fabric.session.StoredSessions;
import dev.weft.persistence.journal.Journal;
import dev.weft.persistence.journal.JournalSettings;
import dev.weft.stages.spi.ErrorCode;
import java.util.Optional;

/** The journal of a node, open while its actor system runs. Not there while nothing is kept. */
final class NodeJournal implements AutoCloseable {

  private final JournalSettings settings;
  private final Journal journal;
  private final long epoch;

  private NodeJournal(JournalSettings settings, Journal journal, long epoch) {
    this.settings = settings;
    this.journal = journal;
    this.epoch = epoch;
  }

  /**
   * Opens it, if sessions or something else on this node needs one.
   *
   * @throws dev.weft.persistence.journal.JournalException if it cannot be used
   */
  static Optional<NodeJournal> open(Config config, FabricClock clock) {
    if (!config.getBoolean("weft.fabric.journal.enabled")
        && !config.getBoolean("weft.fabric.session.enabled")) {
      return Optional.empty();
    }
    var settings = JournalSettings.from(config);
    var journal = Journal.open(settings);
    try {
      var epoch = journal.nextEpoch(clock.instant().toEpochMilli());
      return Optional.of(new NodeJournal(settings, journal, epoch));
    } catch (RuntimeException e) {
      journal.close();
      throw e;
    }
  }

  /**
   * @throws WeftException if there is none
   */
  static NodeJournal required(Optional<NodeJournal> journal) {
    return journal.orElseThrow(
        () ->
            new WeftException(
                ErrorCode.FAILED_PRECONDITION,
                "there is no journal (expected: weft.fabric.journal.enabled = on)"));
  }

  /** The configuration for the actor system whose entities write to it. */
  Config overlay(Config config) {
    return SessionRules.overlay(config)
        .withFallback(settings.overlay(config))
        .withFallback(config)
        .resolve();
  }

  /** Number of this process, above those of all that had the journal before. */
  long epoch() {
    return epoch;
  }

  /** The sessions that it has. */
  StoredSessions sessions() {
    return new StoredSessions(journal);
  }

  /** Gives the journal back; the actor system must have ended. */
  @Override
  public void close() {
    journal.close();
  }
}
