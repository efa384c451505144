#!/usr/bin/env python3
"""Makes the synthetic sample data: no reading in these files was ever taken. Equal on every machine, byte for byte.

    sample-data/make.py [FOLDER]    (this folder unless given)
"""
import datetime
import math
import pathlib
import random
import sys

FOLDER = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent
WAVE = 2 * math.pi


def write(name: str, header: str, rows: list) -> None:
    lines = [header] + [",".join(str(cell) for cell in row) for row in rows]
    (FOLDER / name).write_text("\n".join(lines) + "\n")


def day(start: str, number: int) -> datetime.date:
    return datetime.date.fromisoformat(start) + datetime.timedelta(days=number)


def hour(start: str, number: int) -> str:
    return (datetime.datetime.fromisoformat(start) + datetime.timedelta(hours=number)).strftime("%Y-%m-%dT%H:%M")


def sensor() -> None:
    """Power of a heat pump: hour of the day, day of the week, and the outdoor temperature, known 48 hours ahead."""
    dice, rows, slow = random.Random(1), [], 0.0
    known, ahead = 24 * 7 * 8, 48
    for number in range(known + ahead):
        of_day, weekday = number % 24, number // 24 % 7
        slow = 0.97 * slow + dice.gauss(0, 0.5)
        outdoor = 6 + 4 * math.sin(WAVE * (of_day - 9) / 24) + slow
        power = 1.2 + 0.16 * max(0.0, 15 - outdoor) + 0.5 * (6 <= of_day <= 8) + 0.7 * (17 <= of_day <= 21)
        power *= 0.85 if weekday >= 5 and of_day < 9 else 1.0
        power += dice.gauss(0, 0.12)
        rows.append((hour("2025-01-06", number), f"{power:.2f}" if number < known else "", f"{outdoor:.1f}"))
    write("heat-pump.csv", "time,kilowatts,outdoor", rows)


def load() -> None:
    """Load of a small town: two seasons, and a slow fall towards summer."""
    dice, rows, noise = random.Random(2), [], 0.0
    for number in range(24 * 7 * 10):
        of_day, weekday = number % 24, number // 24 % 7
        noise = 0.8 * noise + dice.gauss(0, 0.7)
        level = 62 - 0.006 * number + 14 * math.sin(WAVE * (of_day - 7) / 24) + 6 * math.sin(WAVE * (of_day - 4) / 12)
        level -= 9 if weekday >= 5 else 0
        rows.append((hour("2025-02-03", number), f"{level + noise:.1f}"))
    write("town-load.csv", "time,megawatts", rows)


def shops() -> None:
    """Sales of six shops, day by day, with promotions that are planned 14 days ahead."""
    dice, rows = random.Random(3), []
    known, ahead = 280, 14
    for shop in range(6):
        size, lift = 40 + 35 * shop, 1.3 + 0.1 * shop
        for number in range(known + ahead):
            date = day("2024-03-04", number)
            promotion = 1 if (number // 7 + shop) % 5 == 0 else 0
            mean = size * (1 + 0.0008 * number) * (1, 0.95, 0.97, 1.05, 1.3, 1.6, 0.4)[date.weekday()]
            mean *= lift if promotion else 1
            sold = max(0, round(mean + dice.gauss(0, math.sqrt(mean) * 1.2)))
            rows.append((f"shop-{shop + 1}", date, sold if number < known else "", promotion))
    write("shops.csv", "shop,day,sales,promotion", rows)


HOLIDAYS = ["01-01", "05-01", "10-03", "12-24", "12-25", "12-26", "12-31"]


def traffic() -> None:
    """Visits of a web site: week, growth, and holidays on which few come."""
    dice, rows = random.Random(4), []
    for number in range(3 * 365):
        date = day("2022-07-01", number)
        visits = 900 * math.exp(0.0006 * number) * (1.1, 1.15, 1.12, 1.08, 0.95, 0.6, 0.65)[date.weekday()]
        visits *= 1 + 0.08 * math.cos(WAVE * (date.timetuple().tm_yday - 20) / 365.25)
        if date.strftime("%m-%d") in HOLIDAYS:
            visits *= 0.45
        rows.append((date, round(visits * math.exp(dice.gauss(0, 0.05)))))
    write("visits.csv", "day,visits", rows)
    days = [f"{year}-{date}" for year in range(2022, 2027) for date in HOLIDAYS]
    write("holidays.csv", "day", [(text,) for text in days])


def quarters() -> None:
    """Turnover of eight branches, four years of quarters each: short series that only say something together."""
    dice, rows = random.Random(5), []
    for branch in range(8):
        level, growth = 100 + 30 * branch, dice.uniform(-0.01, 0.03)
        for number in range(16):
            value = level * math.exp(growth * number) * (0.9, 1.0, 0.95, 1.2)[number % 4] * math.exp(dice.gauss(0, 0.03))
            rows.append((f"branch-{branch + 1}", f"{2021 + number // 4}Q{number % 4 + 1}", f"{value:.1f}"))
    write("branches.csv", "branch,quarter,turnover", rows)


def parts() -> None:
    """Weekly demand of ten spare parts: most weeks none."""
    dice, rows = random.Random(6), []
    for part in range(10):
        chance, size = 0.08 + 0.04 * part, 1 + part % 4
        for number in range(130):
            sold = 1 + int(dice.expovariate(1 / size)) if dice.random() < chance else 0
            rows.append((f"part-{part:02}", day("2022-10-03", 7 * number), sold))
    write("parts.csv", "part,week,sold", rows)


def bearing() -> None:
    """Temperature of a bearing, hour by hour, with three faults in the last two weeks."""
    dice, rows, noise = random.Random(7), [], 0.0
    hours = 24 * 42
    for number in range(hours):
        noise = 0.7 * noise + dice.gauss(0, 0.3)
        value = 55 + 5 * math.sin(WAVE * (number % 24 - 8) / 24) - (4 if number // 24 % 7 == 6 else 0) + noise
        if number in (hours - 300, hours - 170, hours - 40):
            value += 9
        rows.append((hour("2025-03-03", number), f"{value:.1f}"))
    write("bearing.csv", "time,celsius", rows)


for make in (sensor, load, shops, traffic, quarters, parts, bearing):
    make()
