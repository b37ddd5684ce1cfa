"""Pages: what was played enters; a chronicle, a dossier, letters or beats leave.

``gathering.py`` reads the steps once into moments; each form (``chronicle.py``, ``dossier.py``,
``letters.py``, ``side_by_side.py``, ``beats.py``) makes a :class:`~.records.Page` of plain frozen
records out of them; each format (``as_text.py`` with a template, ``as_docx.py``, ``as_json.py``)
writes one. Words come from ``templates/sentences.txt``, which a writer may copy and change.
"""
