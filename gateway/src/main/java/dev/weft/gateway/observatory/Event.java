package dev.weft.gateway.observatory;

import dev.weft.gateway.word.Words;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Something that happened on the node, for people.
 *
 * @param number counts events from 1
 * @param subject what it happened to: a pipeline, a step of one, a stage or {@code node}
 * @param sentence what happened, and why
 */
public record Event(long number, Instant at, Kind kind, String subject, String sentence) {

  /** What sort of thing happened. */
  public enum Kind {
    /** A pipeline came or went. */
    DEPLOY,
    /** Another variant runs at a step, or stands beside what runs. */
    SWAP,
    /** Frames began to be dropped, or are not dropped any more. */
    SHED,
    /** The load of the machine changed, or cost a run. */
    LOAD,
    /** Files that are served changed, and that was taken or refused. */
    RELOAD,
    /** A rollout went on, ended, or was asked to. */
    ROLLOUT,
    /** A flag was set. */
    FLAG,
    /** A recorded frame was run again, as an operator asked. */
    REPLAY
  }

  Map<String, Object> object() {
    var object = new LinkedHashMap<String, Object>();
    object.put("number", number);
    object.put("at", at.toString());
    object.put("kind", Words.of(kind));
    object.put("subject", subject);
    object.put("sentence", sentence);
    return object;
  }
}
