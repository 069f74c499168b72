"""Korean particles by the sound of the word before them: 은/는, 이/가, 을/를, 과/와, 으로/로.

Numbers are read in Korean (3 is 삼, 10 십), units and Latin words by their last sound.
"""

import re

_PAIRS = {"은(는)": ("은", "는"), "이(가)": ("이", "가"), "을(를)": ("을", "를"), "과(와)": ("과", "와")}
_MARKED = re.compile(r"(은\(는\)|이\(가\)|을\(를\)|과\(와\)|\(으\)로)")
_RIEUL = "ㄹ"
_OTHER = "ㄱ"
_DIGITS = {
    "0": _OTHER, "1": _RIEUL, "2": "", "3": _OTHER, "4": "", "5": "", "6": _OTHER, "7": _RIEUL, "8": _RIEUL, "9": ""
}  # fmt: skip
_LETTERS = {"l": _RIEUL, "m": _OTHER, "n": _OTHER, "r": _RIEUL}  # read by their names: 엘, 엠, 엔, 알
_SILENT = "'\")]}. "
_UNITS = {"km": "", "m": "", "%": "", "s": "", "kg": _OTHER}  # 킬로미터, 미터, 퍼센트, 초, 킬로그램


def last_sound(text: str) -> str:
    """Return the final consonant of a text as it is read: empty, ``ㄹ``, or any other."""
    word = text.rstrip(_SILENT)
    if not word:
        return ""
    unit = re.search(r"(?<![A-Za-z])(km|kg|m|s|%)$", word)
    if unit and re.search(r"\d\s*$", word[: unit.start()]):
        return _UNITS[unit.group(1)]
    last = word[-1]
    if "가" <= last <= "힣":
        final = (ord(last) - ord("가")) % 28
        return "" if final == 0 else _RIEUL if final == 8 else _OTHER
    if last.isdigit():
        return _number_sound(re.search(r"[\d.,]*\d$", word).group(0))  # type: ignore[union-attr]
    if last == "%":
        return ""
    return _latin_sound(word)


def _number_sound(number: str) -> str:
    if "." in number or number.strip("0,") == "":
        return _DIGITS[number[-1]]
    whole = number.replace(",", "")
    zeros = len(whole) - len(whole.rstrip("0"))
    if zeros == 0:
        return _DIGITS[whole[-1]]
    return _OTHER  # 십, 백, 천, 만 and 억 all end in a consonant


def _latin_sound(word: str) -> str:
    letters = re.search(r"[A-Za-z]+$", word)
    if letters is None:
        return ""
    found = letters.group(0)
    if found.isupper():  # an abbreviation, read letter by letter
        return _LETTERS.get(found[-1].lower(), "")
    lower = found.lower()
    if lower.endswith("ng"):
        return _OTHER
    if lower.endswith("le"):
        return _RIEUL
    if lower.endswith(("ne", "me")):
        return _OTHER
    return {"l": _RIEUL, "m": _OTHER, "n": _OTHER}.get(lower[-1], "")


def settle_particles(text: str) -> str:
    """Return a text with its marked particles settled."""
    parts = _MARKED.split(text)
    done = ""
    for part in parts:
        if part in _PAIRS:
            done += _PAIRS[part][0 if last_sound(done) else 1]
        elif part == "(으)로":
            done += "으로" if last_sound(done) == _OTHER else "로"
        else:
            done += part
    return done
