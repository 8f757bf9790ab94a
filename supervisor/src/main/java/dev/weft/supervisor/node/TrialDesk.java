package dev.weft.supervisor.node;

import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.pipeline.TrialEvent;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Hands what a node's trials tell to whoever looks after the stage. Threadsafe. */
final class TrialDesk {

  private final Supplier<List<Pipeline>> pipelines;
  private final Map<String, TrialEvent.Observer> observers = new ConcurrentHashMap<>();

  /**
   * @param pipelines finds those that are deployed now
   */
  TrialDesk(Supplier<List<Pipeline>> pipelines) {
    this.pipelines = pipelines;
  }

  /** Tells {@code observer} of the trials of {@code stage}, in place of the one before. */
  void observe(String stage, TrialEvent.Observer observer) {
    observers.put(stage, observer);
    for (var pipeline : pipelines.get()) {
      var stages = new ConcurrentHashMap<String, String>();
      pipeline.manifest().steps().forEach(step -> stages.put(step.name(), step.stage()));
      pipeline.observeTrials(
          event -> {
            var told = observers.get(stages.getOrDefault(event.step(), ""));
            if (told != null) {
              told.on(event);
            }
          });
    }
  }
}
