"""Words of subjects that tell no deal from another, in the languages that the product speaks."""

COMMON = frozenset(
    """
    the and for with from your our this that new all you are has have not will can about into out one two
    re fwd fw aw wg question questions quick offer order orders quote proposal project plan meeting call notes minutes
    agenda update updated following follow next steps status hello thanks thank please reminder invoice contract
    delivery documents document version final draft software system service services today tomorrow week monday tuesday
    wednesday thursday friday january february march april may june july august september october november december
    der die das und fur mit von zum zur ein eine ist neu neue frage fragen angebot auftrag bestellung rechnung vertrag
    lieferung termin besprechung projekt unterlagen danke bitte heute morgen woche
    les des une pour avec dans sur par offre commande devis contrat facture livraison reunion projet question merci
    los las una para con del por oferta pedido presupuesto contrato factura entrega reunion proyecto gracias consulta
    для про від наш ваш договір рахунок замовлення пропозиція зустріч питання дякую проект
    """.split()
)
