package dev.weft.stages.audio;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds stretches of speech in a row of speech probabilities.
 *
 * <p>Speech begins where the probability reaches {@code threshold} and ends where it has stayed
 * under {@code negativeThreshold} for {@code minSilenceSeconds}; what is not longer than {@code
 * minSpeechSeconds} is dropped, the rest is padded on both sides, neighbours sharing a gap that is
 * too short. Source: {@code get_speech_timestamps} in snakers4/silero-vad, {@code
 * src/silero_vad/utils_vad.py}, without its longest-speech rule.
 *
 * @param hopSeconds from one probability to the next
 */
record SpeechSegments(
    double hopSeconds,
    double threshold,
    double negativeThreshold,
    double minSpeechSeconds,
    double minSilenceSeconds,
    double padSeconds) {

  /** One stretch of speech, in seconds from the recording's start. */
  record Segment(double start, double end) {

    double seconds() {
      return end - start;
    }
  }

  List<Segment> find(float[] probabilities) {
    return padded(spoken(probabilities), probabilities.length * hopSeconds);
  }

  private List<Segment> spoken(float[] probabilities) {
    var found = new ArrayList<Segment>();
    var start = -1;
    var silence = -1;
    for (var step = 0; step < probabilities.length; step++) {
      var probability = probabilities[step];
      if (probability >= threshold) {
        start = start < 0 ? step : start;
        silence = -1;
      } else if (probability < negativeThreshold && start >= 0) {
        silence = silence < 0 ? step : silence;
        if ((step - silence) * hopSeconds >= minSilenceSeconds) {
          addIfLong(found, start, silence);
          start = -1;
          silence = -1;
        }
      }
    }
    if (start >= 0) {
      addIfLong(found, start, probabilities.length);
    }
    return found;
  }

  private void addIfLong(List<Segment> found, int start, int end) {
    var segment = new Segment(start * hopSeconds, end * hopSeconds);
    if (segment.seconds() > minSpeechSeconds) {
      found.add(segment);
    }
  }

  private List<Segment> padded(List<Segment> spoken, double totalSeconds) {
    var padded = new ArrayList<Segment>();
    for (var i = 0; i < spoken.size(); i++) {
      var segment = spoken.get(i);
      var before = i == 0 ? segment.start() : gap(spoken, i - 1);
      var after = i == spoken.size() - 1 ? totalSeconds - segment.end() : gap(spoken, i);
      var lead = i == 0 ? Math.min(before, padSeconds) : Math.min(before / 2, padSeconds);
      var tail =
          i == spoken.size() - 1 ? Math.min(after, padSeconds) : Math.min(after / 2, padSeconds);
      padded.add(new Segment(segment.start() - lead, segment.end() + tail));
    }
    return padded;
  }

  private static double gap(List<Segment> spoken, int i) {
    return spoken.get(i + 1).start() - spoken.get(i).end();
  }
}
