package dev.weft.stages.image;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import org.locationtech.jts.algorithm.ConvexHull;
import org.locationtech.jts.algorithm.MinimumAreaRectangle;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.GeometryFactory;
import org.locationtech.jts.geom.Polygon;

/**
 * The 8-connected regions of a probability map above a threshold, each as the smallest rectangle
 * around it. Cells are areas: cell {@code (x, y)} spans {@code [x, x + 1) x [y, y + 1)}.
 */
final class TextRegions {

  /** A bound on the work and memory for noise: only the largest regions are kept. */
  private static final int REGIONS_MAX = 1000;

  private static final GeometryFactory GEOMETRY = new GeometryFactory();

  private final int width;
  private final int height;
  private final boolean[] open;
  private final int[] stack;
  private final int[] left;
  private final int[] right;
  private int top;
  private int bottom;

  private TextRegions(float[] map, int width, int height, float threshold) {
    this.width = width;
    this.height = height;
    this.open = new boolean[map.length];
    var above = 0;
    for (var i = 0; i < map.length; i++) {
      if (map[i] > threshold) {
        open[i] = true;
        above++;
      }
    }
    this.stack = new int[above];
    this.left = new int[height];
    this.right = new int[height];
    Arrays.fill(left, Integer.MAX_VALUE);
    Arrays.fill(right, -1);
  }

  /**
   * @param start its first cell in row-major order
   */
  private record Region(int cells, int start, Coordinate[] outline) {

    static final Comparator<Region> LARGEST_FIRST =
        Comparator.comparingInt(Region::cells).reversed().thenComparingInt(Region::start);
  }

  /**
   * Rectangles around the regions of {@code map}, row-major {@code [height, width]}; largest first.
   *
   * @param cellsMin regions of fewer cells are left out
   */
  static List<RotatedBox> find(float[] map, int width, int height, float threshold, int cellsMin) {
    return new TextRegions(map, width, height, threshold)
        .regions(cellsMin).stream()
            .sorted(Region.LARGEST_FIRST)
            .flatMap(region -> rectangle(region).stream())
            .toList();
  }

  /** The largest regions, in no order. */
  private Queue<Region> regions(int cellsMin) {
    var regions = new PriorityQueue<Region>(Region.LARGEST_FIRST.reversed());
    for (var i = 0; i < open.length; i++) {
      if (open[i]) {
        var cells = fill(i);
        if (cells >= cellsMin) {
          regions.add(new Region(cells, i, outline()));
          if (regions.size() > REGIONS_MAX) {
            regions.remove();
          }
        }
        Arrays.fill(left, top, bottom + 1, Integer.MAX_VALUE);
        Arrays.fill(right, top, bottom + 1, -1);
      }
    }
    return regions;
  }

  /** Takes the region around {@code start} off the map, noting its extent; returns its cells. */
  private int fill(int start) {
    top = start / width;
    bottom = top;
    var size = 0;
    var cells = 0;
    open[start] = false;
    stack[size++] = start;
    while (size > 0) {
      var cell = stack[--size];
      var x = cell % width;
      var y = cell / width;
      cells++;
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
      left[y] = Math.min(left[y], x);
      right[y] = Math.max(right[y], x);
      for (var ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
        for (var nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
          var neighbour = ny * width + nx;
          if (open[neighbour]) {
            open[neighbour] = false;
            stack[size++] = neighbour;
          }
        }
      }
    }
    return cells;
  }

  /** The outer cells' corners: enough for the hull. */
  private Coordinate[] outline() {
    var corners = new Coordinate[(bottom - top + 1) * 4];
    var at = 0;
    for (var y = top; y <= bottom; y++) {
      corners[at++] = new Coordinate(left[y], y);
      corners[at++] = new Coordinate(left[y], y + 1);
      corners[at++] = new Coordinate(right[y] + 1, y);
      corners[at++] = new Coordinate(right[y] + 1, y + 1);
    }
    return corners;
  }

  private static Optional<RotatedBox> rectangle(Region region) {
    var hull = new ConvexHull(region.outline(), GEOMETRY).getConvexHull();
    return MinimumAreaRectangle.getMinimumRectangle(hull) instanceof Polygon polygon
        ? Optional.of(RotatedBox.of(polygon.getCoordinates()))
        : Optional.empty();
  }
}
