package io.stream53.apply;

/** What can be applied, in the order in which it is. */
public enum Part {
    /** Subjects of the registry, with their compatibility rules. */
    SCHEMAS,
    /** Component and index templates, and new fields for indices that exist. */
    TEMPLATES,
    /** Ageing and deletion of old indices. */
    POLICIES,
    /** Saved objects of Kibana or OpenSearch Dashboards. */
    DASHBOARDS,
    /** The sink in Kafka Connect. */
    CONNECTOR
}
