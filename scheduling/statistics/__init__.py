"""Pure: group counts to show rates with intervals, funnels, costs, calibration."""
