package dev.weft.supervisor.evidence;

import java.nio.file.Path;
import java.util.List;

/**
 * Where the evidence of a rollout is, and what is the matter with it.
 *
 * @param files in order; more than one where a file could not be written on
 * @param trouble what a person should know of it, in a sentence; empty if nothing
 */
public record EvidenceStatus(List<Path> files, String trouble) {

  public EvidenceStatus {
    files = List.copyOf(files);
  }
}
