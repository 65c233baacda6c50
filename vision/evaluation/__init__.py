"""Measuring detectors and the redactor against labelled photographs."""
