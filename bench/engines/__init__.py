"""What the engines are worth: each against data whose truth is known, beside the rule it has to beat."""
