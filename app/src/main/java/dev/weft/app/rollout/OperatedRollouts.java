package dev.weft.app.rollout;

import dev.weft.app.control.ControlException;
import dev.weft.app.control.ControlRequest.Rollout;
import dev.weft.fabric.embedded.WeftException;
import dev.weft.gateway.observatory.Event;
import dev.weft.gateway.observatory.Events;
import dev.weft.gateway.observatory.RolloutDesk;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.supervisor.evidence.Entry;
import dev.weft.supervisor.evidence.EvidenceException;
import dev.weft.supervisor.evidence.EvidenceFiles;
import dev.weft.supervisor.rollout.RolloutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The rollouts of this process as the dashboard asks of them. Threadsafe. */
public final class OperatedRollouts implements RolloutDesk {

  private final RunningRollouts rollouts;

  public OperatedRollouts(RunningRollouts rollouts) {
    this.rollouts = rollouts;
  }

  @Override
  public void tell(Events events) {
    rollouts.onChange((stage, sentence, at) -> events.add(at, Event.Kind.ROLLOUT, stage, sentence));
  }

  @Override
  public List<Map<String, Object>> all() {
    return objects(
        answered(Rollout.Verb.STATUS, Optional.empty(), Optional.empty()).get("rollouts"));
  }

  @Override
  public Map<String, Object> one(String stage) {
    var found =
        objects(
            answered(Rollout.Verb.STATUS, Optional.of(stage), Optional.empty()).get("rollouts"));
    var object = new LinkedHashMap<>(found.getFirst());
    object.put("history", history(object.get("evidence")));
    return object;
  }

  @Override
  public Map<String, Object> act(String stage, Verb verb, String reason) {
    var asked =
        switch (verb) {
          case PAUSE -> Rollout.Verb.PAUSE;
          case RESUME -> Rollout.Verb.RESUME;
          case PROMOTE -> Rollout.Verb.PROMOTE;
          case ABORT -> Rollout.Verb.ABORT;
          case UNDO -> Rollout.Verb.UNDO;
        };
    return answered(asked, Optional.of(stage), Optional.of(reason));
  }

  private Map<String, Object> answered(
      Rollout.Verb verb, Optional<String> stage, Optional<String> reason) {
    return refused(() -> rollouts.answer(new Rollout(verb, stage, reason)));
  }

  /** What cannot be as things stand is the caller's to mend; only a stage may be unknown. */
  private static <T> T refused(Supplier<T> asked) {
    try {
      return asked.get();
    } catch (ControlException e) {
      throw new WeftException(ErrorCode.NOT_FOUND, String.valueOf(e.getMessage()));
    } catch (RolloutException e) {
      throw new WeftException(ErrorCode.FAILED_PRECONDITION, String.valueOf(e.getMessage()));
    }
  }

  private static List<Map<String, Object>> history(@Nullable Object files) {
    var entries = new ArrayList<Entry>();
    if (files instanceof List<?> paths) {
      for (var path : paths) {
        try {
          entries.addAll(EvidenceFiles.chain(Path.of(path.toString())).entries());
        } catch (EvidenceException e) {
          continue; // One that is not there yet, or cannot be read, has nothing to show.
        }
      }
    }
    return GateHistory.of(entries);
  }

  private static List<Map<String, Object>> objects(@Nullable Object value) {
    var found = new ArrayList<Map<String, Object>>();
    if (value instanceof List<?> list) {
      for (var each : list) {
        var object = new LinkedHashMap<String, Object>();
        ((Map<?, ?>) each).forEach((name, field) -> object.put(name.toString(), field));
        found.add(object);
      }
    }
    return found;
  }
}
