package io.stream53.agent;

/** The text of a setting is not a value of its type; the message is one sentence. */
final class WrongValueException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final AgentSetting setting;

    WrongValueException(AgentSetting setting, String sentence) {
        super(sentence);
        this.setting = setting;
    }

    AgentSetting setting() {
        return setting;
    }
}
