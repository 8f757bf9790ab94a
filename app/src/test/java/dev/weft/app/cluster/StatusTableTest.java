package dev.weft.app.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.fabric.json.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusTableTest {

  private static final String STATUS =
      """
      {"seenBy": "region/a", "frames": {},
       "members": [
         {"site": "region", "actors": "10.0.0.5:1", "status": "Up", "reached": true},
         {"site": "shop-1", "actors": "10.0.0.5:1", "status": "Up", "reached": true, "linked": true},
         {"site": "shop-2", "actors": "10.0.0.5:1", "status": "Up", "reached": false,
          "linked": true}],
       "nodes": [
         {"node": "region/a", "actors": "10.0.0.5:1", "role": "region", "mirrored": []},
         {"node": "shop-1/till", "actors": "10.0.0.5:1", "role": "edge", "linked": true,
          "mirrored": []}]}
      """;

  @Test
  void linkedSitesAreMarkedAndToldApartWhereTheirActorsHaveOneAddress() {
    var rows = new StatusTable(Json.readObject(STATUS)).rows();
    assertEquals(List.of("region", "a", "region", "up"), rows.get(0).subList(0, 4));
    assertEquals(List.of("shop-1", "till", "edge", "up, linked"), rows.get(1).subList(0, 4));
    assertEquals(
        List.of("shop-2", "10.0.0.5:1", "", "up, linked, not reached"), rows.get(2).subList(0, 4));
  }
}
