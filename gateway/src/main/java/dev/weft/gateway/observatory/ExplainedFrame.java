package dev.weft.gateway.observatory;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One frame, looked up once: a second look by its id may find another, as numbers begin anew.
 *
 * @param object what happened to it, as values for JSON
 * @param remembered where it is found among recorded frames
 */
public record ExplainedFrame(Map<String, Object> object, RememberedFrame remembered) {

  public ExplainedFrame {
    object = Collections.unmodifiableMap(new LinkedHashMap<>(object));
  }
}
