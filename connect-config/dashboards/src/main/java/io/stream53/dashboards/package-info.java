/**
 * Writes the dashboards for Kibana, OpenSearch Dashboards and Grafana from one definition, {@link
 * io.stream53.dashboards.Definition}: {@link io.stream53.dashboards.DashboardFiles} says what goes
 * into which file. Runs in the build alone; the files are checked in beside it. Knows no network
 * and no clock.
 */
@NullMarked
package io.stream53.dashboards;

import org.jspecify.annotations.NullMarked;
