"""Small documents made on the spot."""

import io
import zipfile

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def pdf(*lines, pages=1):
    """Return a PDF whose pages hold ``lines`` of Latin text in Helvetica."""
    text = (
        b"BT /F1 12 Tf 50 750 Td " + b" ".join(b"(%s) Tj 0 -16 Td" % line.encode("latin-1") for line in lines) + b" ET"
    )
    kids = b" ".join(b"%d 0 R" % (5 + number) for number in range(pages))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[" + kids + b"]/Count %d>>" % pages,
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Length %d>>stream\n" % len(text) + text + b"\nendstream",
        *[b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 3 0 R>>>>>>"] * pages,
    ]
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(
        b"%010d 00000 n \n" % place for place in places
    )
    return out + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, table)


def docx(body, *, header="", prolog=""):
    """Return a DOCX with the given XML inside the body and the header."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f'{prolog}<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>')
        if header:
            archive.writestr("word/header1.xml", f'<w:hdr xmlns:w="{W}">{header}</w:hdr>')
    return out.getvalue()


def paragraph(text):
    """Return one paragraph of Word's XML."""
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"
