package dev.weft.fabric.problem;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is wrong with one document, and where everything in it stands. Paths are those of {@link
 * Problem#field()}.
 */
public final class Findings {

  private static final int PROBLEMS_MAX = 1_000;

  private final Path file;
  private final Map<String, Place> values = new HashMap<>();
  private final Map<String, Place> keys = new HashMap<>();
  private final List<Problem> errors = new ArrayList<>();
  private final List<Problem> warnings = new ArrayList<>();

  public Findings(Path file) {
    this.file = file;
  }

  public static String join(String path, String field) {
    return path.isEmpty() ? field : path + "." + field;
  }

  public static String join(String path, int index) {
    return path + "[" + index + "]";
  }

  public Path file() {
    return file;
  }

  public List<Problem> errors() {
    return List.copyOf(errors);
  }

  public List<Problem> warnings() {
    return List.copyOf(warnings);
  }

  public void placeValue(String path, Place place) {
    values.put(path, place);
  }

  public void placeKey(String path, Place place) {
    keys.put(path, place);
  }

  /** An error in the value at {@code path}, or in what should hold it. */
  public void error(String path, String value, String expected) {
    add(errors, place(values, path), path, value, expected);
  }

  /** An error in the name that stands before the value at {@code path}. */
  public void errorInName(String path, String value, String expected) {
    var place = keys.get(path);
    add(errors, place == null ? place(values, path) : place, path, value, expected);
  }

  public void errorAt(Place place, String path, String value, String expected) {
    add(errors, place, path, value, expected);
  }

  public void warning(String path, String value, String expected) {
    add(warnings, place(values, path), path, value, expected);
  }

  /** Whether an error was found at {@code path} or in something below it. */
  public boolean isBroken(String path) {
    return errors.stream().anyMatch(error -> isWithin(error.field(), path));
  }

  /** Whether the value at {@code path} as a whole could not be read. */
  public boolean isUnread(String path) {
    return errors.stream().anyMatch(error -> error.field().equals(path));
  }

  public boolean hasValue(String path) {
    return values.containsKey(path);
  }

  /** Where the value at {@code path} stands, or the nearest thing around it that is there. */
  public Place placeOf(String path) {
    return place(values, path);
  }

  private static boolean isWithin(String field, String path) {
    return path.isEmpty()
        || field.equals(path)
        || field.startsWith(path + ".")
        || field.startsWith(path + "[");
  }

  private static Place place(Map<String, Place> places, String path) {
    for (var at = path; ; at = parent(at)) {
      var place = places.get(at);
      if (place != null) {
        return place;
      }
      if (at.isEmpty()) {
        return Place.FILE;
      }
    }
  }

  private static String parent(String path) {
    return path.substring(0, Math.max(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('['))));
  }

  private void add(List<Problem> list, Place place, String path, String value, String expected) {
    if (list.size() < PROBLEMS_MAX) {
      var problem = new Problem(file, place.line(), place.column(), path, value, expected);
      if (!list.contains(problem)) {
        list.add(problem);
      }
    }
  }
}
