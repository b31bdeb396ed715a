"""Pure: bytes of a resume to text to fields; phones, e-mails, names; is this the same person?"""
